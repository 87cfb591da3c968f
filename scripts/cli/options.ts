/** What several commands take, read the same way by each. */

import { InvalidArgumentError, Option } from 'commander';
import { type Profile, profiles } from '../../model/clauses/profiles.ts';
import { timeoutSecondsDefault, timeoutSecondsMax } from '../../properties/process/pace.ts';
import { chosenFrom } from './choices.ts';
import { commandWords } from './commandWords.ts';

export interface ProfileOption {
  readonly profile: Profile;
}

export const profileOption = (): Option =>
  chosenFrom(new Option('-p, --profile <profile>', 'which reading of the page to judge by'), profiles).default('page');

export interface DriverCommand {
  readonly text: string;
  readonly words: readonly [string, ...string[]];
}

/** Which implementation: a driver, a provider, or ours when neither is named. */
export interface ImplementationOptions {
  readonly provider?: string;
  readonly driver?: DriverCommand;
  /** Seconds that an answer may take. */
  readonly timeout?: number;
}

export const timeoutOption = (): Option =>
  new Option('--timeout <seconds>', `how long an answer may take (default: ${timeoutSecondsDefault})`).argParser(
    wholeNumber(1, timeoutSecondsMax),
  );

export const driverOption = (): Option =>
  new Option('--driver <command>', 'a program, with its arguments, that speaks trace/1 on its standard streams')
    .argParser((text: string): DriverCommand => ({ text, words: commandWords(text) }))
    .conflicts('provider');

export const implementationOptions = (): Option[] => [
  new Option('--provider <module>', 'an ES module that exports WSPStartup(upcalls) and world()'),
  driverOption(),
  timeoutOption(),
];

/** An argument parser: a whole number within bounds, both allowed. */
export const wholeNumber =
  (least: number, most = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
