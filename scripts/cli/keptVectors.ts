/** The vectors that generated/ keeps, as the commands that show them want them. */

import { readFileSync } from 'node:fs';
import type { Selection } from '../../properties/vectors/select.ts';
import type { VectorFile } from '../../properties/vectors/vector.ts';
import type { KeptVectors } from '../consult/consultation.ts';
import { packageFile } from './packageFiles.ts';

const read = <T>(name: string): T => JSON.parse(readFileSync(packageFile(`generated/${name}.json`), 'utf8')) as T;

export const keptVectors = (): KeptVectors => ({
  vectors: read<VectorFile>('vectors').vectors,
  readings: read<{ readonly rulings: Selection['readings'] }>('readings').rulings,
});
