import { type ChildProcess, spawn } from 'node:child_process';
import { Watch } from './watch.ts';

/**
 * Programs that we start, each as the head of a process group of its own, so that what it starts ends with it: none may outlive us, however
 * we end. The package execa ends a program and not its group.
 */

const running = new Set<ChildProcess>();
const hasGroups = process.platform !== 'win32';
let watch: Watch | undefined;

/**
 * Starts a program whose first `streams` file descriptors are pipes. Throws as the system refuses, or fails by an `error` event where there
 * is no such program.
 */
export const startGroup = ([program, ...words]: readonly [string, ...string[]], streams: number): ChildProcess => {
  if (hasGroups) watch ??= new Watch();
  const env = watch === undefined ? process.env : watch.marked(process.env);
  const stdio = Array<'pipe'>(streams).fill('pipe');
  const child = spawn(program, words, { stdio, detached: hasGroups, windowsHide: true, env });
  if (running.size === 0) process.on('exit', killAll);
  running.add(child);
  const ended = (): void => {
    // The head is gone; whatever it started may still be there.
    killGroup(child);
    running.delete(child);
    if (child.pid !== undefined) watch?.forget(child.pid);
    if (running.size === 0) process.off('exit', killAll);
  };
  child.once('exit', ended).once('error', ended);
  if (child.pid !== undefined) watch?.over(child.pid);
  // Without a descriptor left there are no pipes either, and nobody waits for the event that says so.
  if ((child.stdio as ChildProcess['stdio'] | undefined) === undefined)
    throw Object.assign(new Error(`spawn ${program} EMFILE: too many open files`), { code: 'EMFILE', syscall: 'spawn' });
  return child;
};

/** Ends a program and what it has started, at once and whether it wants to or not. */
export const killGroup = (child: ChildProcess): void => {
  if (child.pid === undefined) return;
  try {
    if (hasGroups) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // It is gone already.
  }
};

/** Nothing more is started: ends what programs that are gone have left behind in sessions of their own. */
export const endLeftovers = (): void => {
  if (running.size > 0) return;
  watch?.end();
  watch = undefined;
};

const killAll = (): void => {
  for (const child of running) killGroup(child);
};
