/** Names of which one is wanted: another is refused with all of them, and with the one that was probably meant. */

import { type Argument, InvalidArgumentError, type Option } from 'commander';
import { nameSet, nearestName } from '../../model/winsock/spelling.ts';

/** For the end of a message: ` Did you mean verify?`, or nothing where no name is near. */
export function didYouMean(names: readonly string[], text: string): string {
  const nearest = nearestName(nameSet(/(?:)/, names), text);
  return nearest === undefined ? '' : ` Did you mean ${nearest}?`;
}

/** Takes these names, and shows them in the help. */
export const chosenFrom = <Taking extends Option | Argument>(taking: Taking, names: readonly string[]): Taking => {
  taking.choices(names).argParser((text: string) => {
    if (!names.includes(text)) throw new InvalidArgumentError(`It must be one of ${names.join(', ')}.${didYouMean(names, text)}`);
    return text;
  });
  return taking;
};
