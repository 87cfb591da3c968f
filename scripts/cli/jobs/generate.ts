/** Makes the contents of generated/. */

import { generatedFiles } from '../../../properties/generate/generated.ts';
import { regressionFiles } from '../../../properties/generate/regressions.ts';
import { answer, aside } from '../onWorker.ts';

/** @param kept The folder of the traces that are kept as tests. */
export const generateAside = (kept: string): Promise<ReadonlyMap<string, string>> => aside(import.meta.url, kept);

answer(import.meta.url, (kept: string): ReadonlyMap<string, string> => new Map([...generatedFiles(), ...regressionFiles(kept)]));
