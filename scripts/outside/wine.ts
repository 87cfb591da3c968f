/** Wine, as the system has it or in a folder of its own: how it is installed, and how a program is run in it. */

import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { exitCodes } from '../cli/exit.ts';

/** The releases that somebody has looked at, each as Debian has it. */
export const releases = {
  '8': { reviewed: 'wine-8.', suite: 'bookworm', ledger: 'wine-8.deviations.json' },
  '10': { reviewed: 'wine-10.', suite: 'trixie', ledger: 'wine-10.deviations.json' },
} as const;
export type Release = keyof typeof releases;

export const isRelease = (said: string | undefined): said is Release => said !== undefined && Object.hasOwn(releases, said);

/** Of the version that a driver's header names. */
export const releaseOf = (source: string): Release | undefined =>
  (Object.keys(releases) as Release[]).find((release) => source.startsWith(releases[release].reviewed));

export const compiler = 'x86_64-w64-mingw32-gcc';
const systemPackages = ['wine', 'wine64'];
const mirror = 'http://deb.debian.org/debian';
/** Debian keeps the 64-bit loader out of the path. */
const wines = ['wine64', '/usr/lib/wine/wine64', 'wine'];
const servers = ['wineserver', '/usr/lib/wine/wineserver64', '/usr/lib/wine/wineserver'];

// No output of Wine's own, and none of the parts that would ask to be installed.
const quietly = { WINEDEBUG: '-all', WINEDLLOVERRIDES: 'mscoree,mshtml=' };

export function giveUp(why: string): never {
  process.stderr.write(`error: ${why}\n`);
  process.exit(exitCodes.unusable);
}

export const works = (command: string): boolean => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;

/** Where a Wine is, and how a program is run in it. */
export interface Wine {
  /** Runs the words behind it, in the environment of this Wine. */
  readonly run: string;
  readonly wine: string;
  readonly server: string | undefined;
  /** The folder in which the prefix lies, and what Wine calls it. */
  readonly folder: string;
  readonly within: string;
}

export const isMissing = (packages: readonly string[], commands: readonly string[]): readonly string[] =>
  commands.some(works) ? [] : packages;

export function installPackages(packages: readonly string[], isAllowed: boolean): void {
  if (packages.length === 0) return;
  const line = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  if (!isAllowed) giveUp(`${packages.join(', ')} must be installed. Run \`${line}\`, or this with --install as root.`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const words of [['update'], line.split(' ').slice(1)]) {
    if (spawnSync('apt-get', words, { env, stdio: 'inherit' }).status !== 0)
      giveUp(`apt-get ${words.join(' ')} must succeed; it needs root and a mirror that answers.`);
  }
}

/** In a prefix that Wine filled. In one without it, Wine takes its DLLs from where it is installed, as while a prefix is being made. */
export const filledMark = 'filled';

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** Writes a script that runs its arguments, so that a driver's command line is short and can be typed. */
function writeRun(file: string, prefix: string, lines: readonly string[]): string {
  const isFilled = `[ -e ${quote(join(prefix, filledMark))} ]`;
  writeFileSync(file, `#!/bin/sh\n${isFilled} || export WINEBOOTSTRAPMODE=1\n${lines.join('\n')}\n`);
  chmodSync(file, 0o755);
  return file;
}

const exportsOf = (variables: Readonly<Record<string, string>>): string[] =>
  Object.entries(variables).map(([name, value]) => `export ${name}=${quote(value)}`);

export const systemIsMissing = (): readonly string[] => isMissing(systemPackages, wines);

/** The Wine of this system; its prefixes lie in `folder`. */
export function systemWine(folder: string): Wine {
  mkdirSync(folder, { recursive: true });
  const within = resolve(folder);
  const prefix = join(within, 'prefix');
  const run = writeRun(join(folder, 'run'), prefix, [...exportsOf({ ...quietly, WINEPREFIX: prefix }), 'exec "$@"']);
  return { run, wine: wines.find(works)!, server: servers.find(works), folder, within };
}

/**
 * The Wine of another Debian, in a root of its own under `folder`. Nothing outside it changes.
 *
 * A program is run there with the devices and the processes of this system. They are mounted for it alone, and are gone when it ends:
 * the folder can be removed at any time.
 */
export function wineOf(release: Release, folder: string, mayInstall: boolean): Wine {
  const { suite } = releases[release];
  const root = resolve(folder, 'root');
  if (process.getuid?.() !== 0) giveUp(`Wine ${release} is installed in a root of its own, which only root can enter. Run this as root.`);
  if (!existsSync(root)) {
    installPackages(isMissing(['mmdebstrap', 'debian-archive-keyring'], ['mmdebstrap']), mayInstall);
    install(suite, root);
  }
  const enter = [
    `root=${quote(root)}`,
    ...exportsOf({ ...quietly, HOME: '/root', PATH: '/usr/bin:/bin', WINEPREFIX: '/prefix' }),
    `exec /usr/bin/unshare --mount --propagation private /bin/sh -c 'root=$1; shift`,
    '/bin/mount --rbind /dev "$root/dev" && /bin/mount --rbind /proc "$root/proc" && exec /usr/sbin/chroot "$root" "$@"\' sh "$root" "$@"',
  ];
  return { run: writeRun(join(folder, 'run'), join(root, 'prefix'), enter), wine: 'wine', server: 'wineserver', folder: root, within: '/' };
}

/** Minutes, and some 1.2 GB. What is half done is no root. */
function install(suite: string, root: string): void {
  const part = `${root}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  const words = ['--variant=minbase', `--include=${systemPackages.join(',')}`, suite, part, mirror];
  if (spawnSync('mmdebstrap', words, { stdio: ['ignore', 'inherit', 'inherit'] }).status !== 0)
    giveUp(`mmdebstrap ${words.join(' ')} must succeed; it needs root and a mirror that answers.`);
  renameSync(part, root);
}
