import type { Counterexample } from '../campaign/report.ts';
import { stepsDefault, type VerifyOptions } from './options.ts';
import { shellWord } from './shellWord.ts';

/** The lines for a shell that show a counterexample again, and that make a test of it. */

/** Stands for a module that was given as an object: no line can name it. */
const unnamed = '--provider MODULE';
const unnamedNote = 'MODULE: the file that exports this provider';

/** By its trace where that is kept and brought it about again by itself; else by the whole run up to there, and why. */
export const replayLine = (options: VerifyOptions, { shown }: Pick<Counterexample, 'shown'>, file: string | undefined): string => {
  const { named = unnamed, asking = '', profile = 'page' } = options;
  const notes = named === unnamed ? [unnamedNote] : [];
  const isAlone = shown.times > 0;
  if (!isAlone) notes.push('by itself it did not show again: it takes the cases before it, or shows only sometimes');
  const words =
    isAlone && file !== undefined
      ? ['replay', shellWord(file), named, asking, `--profile ${profile}`]
      : ['verify', named, asking, ...runWords(options)];
  const line = ['npx wspsend', ...words].filter((word) => word !== '').join(' ');
  return notes.length === 0 ? line : `${line} # ${notes.join('; ')}`;
};

/** Makes a test of a trace that was kept, where it brought the counterexample about again by itself. */
export const keepLine = ({ named = '', profile = 'page' }: VerifyOptions, { shown }: Pick<Counterexample, 'shown'>, file: string) =>
  named === '' || shown.times === 0 ? undefined : `npx wspsend generate --from ${shellWord(file)} --to kept ${named} --profile ${profile}`;

/** What makes the same run of it. */
const runWords = ({
  repeated = '',
  profile = 'page',
  seed = 1,
  steps = stepsDefault,
  cases,
  shard,
  deviationsMax = 1,
  walks = true,
}: VerifyOptions): string[] => [
  repeated,
  ...(walks === 'long' ? ['--long-walks'] : walks ? [] : ['--no-walks']),
  `--profile ${profile} --seed ${seed} --steps ${steps}`,
  ...(cases === undefined ? [] : [`--cases ${cases}`]),
  ...(shard === undefined ? [] : [`--shard ${shard.index}/${shard.of}`]),
  ...(deviationsMax > 1 ? ['--keep-going'] : []),
];
