/** Cases as files: one trace each, in the order in which they were run. */

import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { lineOf } from '../../model/winsock/trace.ts';
import type { CaseResult } from '../../properties/campaign/caseResult.ts';
import { reasonOf, UnusableInput } from './exit.ts';
import { outputTo } from './outputs.ts';

/** Makes the folder. Fails by UnusableInput when it cannot be made, or holds anything that a run would be mixed up with. */
export const prepareRecords = (folder: string): void => {
  let inside: string[];
  try {
    mkdirSync(folder, { recursive: true });
    inside = readdirSync(folder);
  } catch (error) {
    throw new UnusableInput(`--record must name a folder that can be made: ${folder}: ${reasonOf(error)}`);
  }
  if (inside.length > 0)
    throw new UnusableInput(`--record must name an empty folder: ${folder} holds ${inside.length} files. Name another, or empty it.`);
};

export const recorderIn = (folder: string): ((result: CaseResult) => void) => {
  let cases = 0;
  return ({ header, trace, deviation, unjudged }) => {
    const end = deviation ?? unjudged;
    const title = `case ${++cases}${end === undefined ? '' : `: ${end.message}`}`;
    const lines = [{ ...header, title }, ...trace].map((line) => `${lineOf(line)}\n`);
    outputTo('--record', join(folder, `case-${String(cases).padStart(6, '0')}.ndjson`))(lines.join(''));
  };
};
