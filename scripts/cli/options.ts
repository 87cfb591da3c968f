/** What several commands take, read the same way by each. */

import { InvalidArgumentError, Option } from 'commander';
import { type Profile, profiles } from '../../model/clauses/profiles.ts';
import { timeoutSecondsDefault } from '../../properties/driver/implementation.ts';
import { commandWords } from './commandWords.ts';

export interface ProfileOption {
  readonly profile: Profile;
}

export const profileOption = (): Option =>
  new Option('-p, --profile <profile>', 'the reading of the page to hold it to').choices(profiles).default('page');

export interface DriverCommand {
  readonly text: string;
  readonly words: readonly [string, ...string[]];
}

/** Which implementation: a driver, a provider, or ours when neither is named. */
export interface ImplementationOptions {
  readonly provider?: string;
  readonly driver?: DriverCommand;
  /** Seconds that a driver may take for an answer. */
  readonly timeout: number;
}

export const implementationOptions = (): Option[] => [
  new Option('--provider <module>', 'an ES module that exports WSPStartup(upcalls) and world()'),
  new Option('--driver <command>', 'a program, with its arguments, that speaks trace/1 on its standard streams')
    .argParser((text: string): DriverCommand => ({ text, words: commandWords(text) }))
    .conflicts('provider'),
  new Option('--timeout <seconds>', 'how long a driver may take for an answer').argParser(wholeNumber(1)).default(timeoutSecondsDefault),
];

/** An argument parser: a whole number within bounds, both allowed. */
export const wholeNumber =
  (least: number, most = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
