import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Programs that we start, each as the head of a process group of its own, so that what it starts ends with it: none may outlive us, however
 * we end. The package execa ends a program and not its group.
 */

const running = new Set<ChildProcess>();
const hasGroups = process.platform !== 'win32';

/** Starts a program whose three streams are pipes. Fails by an `error` event when there is no such program. */
export const startGroup = ([program, ...words]: readonly [string, ...string[]]): ChildProcess => {
  if (running.size === 0) listen();
  const child = spawn(program, words, { stdio: 'pipe', detached: hasGroups, windowsHide: true });
  running.add(child);
  const ended = (): void => {
    // The head is gone; whatever it started may still be there.
    killGroup(child);
    running.delete(child);
    if (running.size === 0) stopListening();
  };
  child.once('exit', ended).once('error', ended);
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

const killAll = (): void => {
  for (const child of running) killGroup(child);
};

/** A signal that ends us without an `exit` event must not leave them behind. */
const signals = ['SIGTERM', 'SIGHUP'] as const;
const onSignal = (signal: NodeJS.Signals): void => {
  killAll();
  stopListening();
  process.kill(process.pid, signal);
};

const listen = (): void => {
  process.on('exit', killAll);
  for (const signal of signals) process.on(signal, onSignal);
};

const stopListening = (): void => {
  process.off('exit', killAll);
  for (const signal of signals) process.off(signal, onSignal);
};
