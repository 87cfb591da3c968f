/**
 * How a signal ends a program of ours: with the exit status that a shell gives to a command that it ended, whatever the program does, and
 * by way of `exit`, so that what it has started ends with it. Loaded first, since the rest takes its time.
 */

import { exitCodes } from './exit.ts';

const codes = { SIGINT: exitCodes.interrupted, SIGTERM: exitCodes.terminated, SIGHUP: exitCodes.hungUp } as const;

for (const [signal, code] of Object.entries(codes)) process.once(signal, () => process.exit(code));
