/** Makes the contents of generated/. */

import { generatedFiles } from '../../../properties/generate/generated.ts';
import { regressionFiles } from '../../../properties/generate/regressions.ts';
import { onWorker, serveJob } from '../onWorker.ts';

/** @param kept The folder of the traces that are kept as tests. */
export const generateOnWorker = (kept: string): Promise<ReadonlyMap<string, string>> => onWorker(import.meta.url, kept);

serveJob(import.meta.url, (kept: string): ReadonlyMap<string, string> => new Map([...generatedFiles(), ...regressionFiles(kept)]));
