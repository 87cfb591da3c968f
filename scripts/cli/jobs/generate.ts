/** Makes the contents of generated/. */

import { sectionFiles } from '../../../properties/generate/cSections.ts';
import { generatedFiles } from '../../../properties/generate/generated.ts';
import { regressionFiles } from '../../../properties/generate/regressions.ts';
import { runtimeOfC } from '../cTest.ts';
import { onWorker, serveJob } from '../onWorker.ts';

/** @param kept The folder of the traces that are kept as tests. */
export const generateOnWorker = (kept: string): Promise<ReadonlyMap<string, string>> => onWorker(import.meta.url, kept);

serveJob(import.meta.url, (kept: string): ReadonlyMap<string, string> => {
  const files = generatedFiles();
  const vectors = JSON.parse(files.get('vectors.json')!) as Parameters<typeof sectionFiles>[0];
  return new Map([...files, ...sectionFiles(vectors, 'page', runtimeOfC()), ...regressionFiles(kept)]);
});
