import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Files are whole or as they were: each is written under another name in the same folder and takes its own at the end. */

/** Writes a file whole. A device or a pipe has no contents to be kept, and is written to. Fails as the system refuses. */
export function writeWhole(path: string, text: string): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there !== undefined && !there.isFile()) {
    writeFileSync(path, text);
    return;
  }
  const target = placeOf(path, there);
  // A name of its own: one made of the target's could be longer than names may be.
  const written = join(dirname(target), `.wspsend-${process.pid}-${randomBytes(6).toString('hex')}`);
  const file = openSync(written, 'wx');
  try {
    try {
      writeFileSync(file, text);
    } finally {
      closeSync(file);
    }
    if (there !== undefined) chmodSync(written, there.mode);
    renameSync(written, target);
  } catch (error) {
    unlinkSync(written);
    throw error;
  }
}

/** Where the contents are: a link stays a link, even one that leads nowhere yet. */
export function placeOf(path: string, there: Stats | undefined): string {
  if (there !== undefined) return realpathSync(path);
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  return isLink ? resolve(dirname(path), readlinkSync(path)) : path;
}
