/** What several commands take, read the same way by each. */

import { InvalidArgumentError, Option } from 'commander';
import { createColors } from 'picocolors';
import { type Profile, profiles } from '../model/clauses/profiles.ts';

export interface ProfileOption {
  readonly profile: Profile;
}

export const profileOption = (): Option =>
  new Option('-p, --profile <profile>', 'the reading of the page to hold it to').choices(profiles).default('page');

/** An argument parser: a whole number within bounds, both allowed. */
export const wholeNumber =
  (least: number, most = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };

/** Colours for a person at a terminal, and none for a pipe, a file, or whoever sets NO_COLOR. */
export const coloursOf = (stream: { readonly isTTY?: boolean }) => createColors(stream.isTTY === true && !process.env.NO_COLOR);

export const printLine = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
