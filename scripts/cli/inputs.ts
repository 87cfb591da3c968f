/** Files that we read, whatever they are: bounded, and without holding up a signal. */

import { constants, createReadStream, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { isatty, ReadStream } from 'node:tty';
import { LineCutter } from '../../model/winsock/lineCutter.ts';
import { printable } from '../report/printable.ts';
import { isRefused, reasonOf, UnusableInput } from './exit.ts';

/** V8 has pages of their own for texts from 128 KiB on, and the system takes many times as long to give one as it takes to fill it. */
const chunkBytes = 2 ** 16;
/** Of a trace that is read as a whole, the most bytes. */
export const traceBytesMax = 2 ** 26;

/**
 * The bytes of a file, or of standard input for `-`. A pipe is waited for by the event loop: opened in the ordinary way, one without a
 * writer blocks a thread that nothing ends, not even our own exit. Fails as the system refuses.
 */
export function openInput(file: string): Readable {
  if (file === '-') return process.stdin;
  const fd = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  const kind = fstatSync(fd);
  if (kind.isFIFO()) return new Socket({ fd, readable: true, writable: false });
  return isatty(fd) ? new ReadStream(fd) : createReadStream('', { fd, highWaterMark: chunkBytes });
}

export interface InputBounds {
  /** What the file is to be, for messages: `--page must name a text`. */
  readonly wanted: string;
  readonly bytesMax: number;
}

/** The whole of a text in UTF-8. Fails by UnusableInput when it cannot be read, is none, or is larger than it may be. */
export async function readInput(file: string, { wanted, bytesMax }: InputBounds): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of openInput(file) as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > bytesMax) throw new UnusableInput(`${wanted} of at most ${bytesMax} bytes: ${printable(file)} has more`);
    }
  } catch (error) {
    if (isRefused(error)) throw new UnusableInput(`${wanted} that can be read: ${printable(file)}: ${reasonOf(error)}`);
    throw error;
  }
  const whole = Buffer.concat(chunks);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(whole);
  } catch {
    throw new UnusableInput(`${wanted} in UTF-8: ${printable(file)}${faultIn(whole)}. Save it as UTF-8 and try again.`);
  }
}

/** The first line that is no text, and why. */
function faultIn(bytes: Uint8Array): string {
  const cutter = new LineCutter();
  let line = 1;
  for (const cut of [...cutter.push(bytes), ...cutter.end()]) {
    if (typeof cut !== 'string') return `:${line} ${cut.fault}`;
    line++;
  }
  return ' is not';
}
