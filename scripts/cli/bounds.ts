/** The options by which commands take a slice of the model and its bounds. */

import { type Command, Option } from 'commander';
import { operationsMax, unitsMax } from '../../model/explore/kernel.ts';
import { type Bounds, smallestBounds } from '../../model/product/labels.ts';
import { type SliceName, slices } from '../../model/product/slices.ts';
import { chosenFrom } from './choices.ts';
import { type ProfileOption, profileOption, wholeNumber } from './options.ts';

export interface ModelOptions extends ProfileOption, Bounds {
  readonly slice: SliceName;
}

const boundOption = (flags: string, what: string, most: number, byDefault: number): Option =>
  new Option(flags, what).argParser(wholeNumber(1, most)).default(byDefault);

export const takesModel = (command: Command): Command =>
  command
    .addOption(chosenFrom(new Option('-s, --slice <slice>', 'which steps are tried'), Object.keys(slices)).default('stream'))
    .addOption(boundOption('--operations <n>', 'operations outstanding at once', operationsMax, smallestBounds.operations))
    .addOption(boundOption('--units <k>', 'units of room in the transport; a unit is any number of bytes', unitsMax, smallestBounds.units))
    .addOption(boundOption('--length <l>', 'units of the longest send', unitsMax, smallestBounds.length))
    .addOption(profileOption());
