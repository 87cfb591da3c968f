import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';

/**
 * A small process that outlives us by a moment. It sees by the end of its input that we are gone, by whatever signal, and ends what we have
 * started: every process group, and on Linux every process with our mark in its environment, which finds those in sessions of their own.
 * A process that has cleared its environment and left its group escapes; so does one in a session of its own where there is no /proc.
 */

const variable = 'WSPSEND_RUN';

/** Groups come as `+ ID` and go as `- ID`. What ignores a request to end has a second for it. */
const script = `
groups=
while read -r sign group; do
  case $sign in
    +) groups="$groups $group" ;;
    -) left=; for one in $groups; do [ "$one" = "$group" ] || left="$left $one"; done; groups=$left ;;
  esac
done
for one in $groups; do kill -KILL "-$one" 2>/dev/null; done
for signal in TERM KILL; do
  found=$(grep -lsF -- "$1" /proc/[0-9]*/environ)
  [ -n "$found" ] || exit 0
  for file in $found; do
    pid=\${file#/proc/}
    kill "-$signal" "\${pid%/environ}" 2>/dev/null
  done
  [ $signal = KILL ] || sleep 1
done
`;

export class Watch {
  readonly #mark = `${process.pid}-${randomBytes(8).toString('hex')}`;
  readonly #shell: ChildProcess;

  constructor() {
    // In a session of its own, so that what ends our group leaves it alone.
    this.#shell = spawn('/bin/sh', ['-c', script, 'sh', this.#mark], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    // Without a shell there is no watch; what ends in order ends all the same.
    this.#shell.on('error', () => {});
    this.#shell.stdin?.on('error', () => {});
    this.#shell.unref();
    (this.#shell.stdin as Socket | null)?.unref();
  }

  /** The environment for what is started; a mark that is there already stays. */
  marked(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    return { ...env, [variable]: [env[variable], this.#mark].filter(Boolean).join(' ') };
  }

  over(group: number): void {
    this.#shell.stdin?.write(`+ ${group}\n`);
  }

  forget(group: number): void {
    this.#shell.stdin?.write(`- ${group}\n`);
  }

  end(): void {
    this.#shell.stdin?.end();
  }
}
