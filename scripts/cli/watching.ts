/** Waits for files to change. */

import { type Dirent, existsSync, type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** An editor writes a file in several steps, and a build many files. */
const quietMs = 60;
/** More folders than this are no longer one implementation. */
const foldersMax = 500;

/** The folder of each word that is a file. */
export const foldersOf = (words: readonly string[]): readonly string[] => [
  ...new Set(words.filter((word) => statSync(word, { throwIfNoEntry: false })?.isFile() === true).map((word) => dirname(resolve(word)))),
];

/** Installed packages, and what is hidden: nobody writes an implementation there. */
const isPassedOver = (name: string): boolean => /^\.|^node_modules$/.test(name);

/** A folder and those inside it. */
function foldersWithin(root: string, apart: string): string[] {
  const found: string[] = [];
  const open = [root];
  for (let folder = open.pop(); folder !== undefined && found.length < foldersMax; folder = open.pop()) {
    found.push(folder);
    let inside: Dirent[] = [];
    try {
      inside = readdirSync(folder, { withFileTypes: true });
    } catch {
      // It is gone again, or not ours to read.
    }
    const names = inside.filter((entry) => entry.isDirectory() && !isPassedOver(entry.name)).map(({ name }) => join(folder, name));
    open.push(...names.filter((name) => name !== apart));
  }
  return found;
}

/**
 * Calls back whenever something in one of these folders has changed and nothing changes any more. Node's own recursive watch would look at
 * every installed package too.
 *
 * @param apart A folder: what the run itself writes is no change.
 */
export function onChangeIn(roots: readonly string[], apart: string, changed: () => void): void {
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  const note = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      look();
      changed();
    }, quietMs);
  };
  const look = (): void => {
    for (const folder of roots.flatMap((root) => foldersWithin(root, apart))) {
      if (watchers.has(folder)) continue;
      const watcher = watch(folder, (_, name) => {
        if (name === null || !(isPassedOver(name) || join(folder, name) === apart)) note();
      });
      watchers.set(folder, watcher);
      watcher.on('error', () => {
        watcher.close();
        watchers.delete(folder);
      });
    }
    for (const [folder, watcher] of watchers) {
      if (existsSync(folder)) continue;
      watcher.close();
      watchers.delete(folder);
    }
  };
  look();
}
