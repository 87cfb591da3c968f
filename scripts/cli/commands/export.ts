/** `wspsend export`: the compiled model in the language of another tool. */

import { type Command, Option } from 'commander';
import { Kernel } from '../../../model/explore/kernel.ts';
import { promelaOf } from '../../../model/explore/promela.ts';
import { labelText } from '../../../model/product/labelText.ts';
import { slices } from '../../../model/product/slices.ts';
import { type ModelOptions, takesModel } from '../bounds.ts';
import { chosenFrom } from '../choices.ts';
import { endHelp } from '../help.ts';

export const addExport = (program: Command): void => {
  const command = takesModel(
    program
      .command('export')
      .summary('write the model for another tool')
      .description('Writes the model that explore walks, within the same bounds, to standard output.')
      .addOption(chosenFrom(new Option('-f, --format <format>', 'promela is what Spin reads'), ['promela']).makeOptionMandatory()),
  ).action(({ slice, operations, units, length, profile }: ModelOptions) => {
    const kernel = new Kernel(slices[slice], { operations, units, length }, profile);
    process.stdout.write(promelaOf(kernel, (index) => labelText(kernel.labels[index]!)));
  });
  endHelp(command, { 0: 'the model was written' }, 'In a clone, `npm run compare:spin` counts the states and transitions of both.');
};
