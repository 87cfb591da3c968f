/** Contenders in C, built by the system's compiler, where there is one. */

import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { packageFile } from '../../cli/packageFiles.ts';
import { converse, sizes } from './process.ts';
import type { Contender } from './row.ts';

/** `scripts/measure/bench/SOURCE` as a contender for the cases of `sizeCases`. */
export const inC = (name: string, source: string, ...options: readonly string[]): Contender => ({
  name,
  async start() {
    const target = packageFile(`.build/${[source, ...options].join('').replaceAll(/\W/g, '_')}`);
    mkdirSync(packageFile('.build'), { recursive: true });
    const words = ['-O2', '-Wall', '-pthread', ...options, '-o', target, packageFile(`scripts/measure/bench/${source}`)];
    const { error, status, stderr } = spawnSync('cc', words, { encoding: 'utf8' });
    if (error !== undefined) return { notRun: 'it needs a C compiler called cc (Debian: apt-get install gcc libc6-dev)' };
    if (status !== 0) return { notRun: `cc ${words.join(' ')} failed: ${stderr.trim()}` };
    return converse(target, [], (place) => sizes[place]!);
  },
});
