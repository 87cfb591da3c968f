/** Numbers in the place of names: a recorder writes the number of what it has no name for, and the reader gives it Winsock's name. */

import { codeName, ioctlCodes, sendFlags, socketOptions } from './codes.ts';
import { foreignFlags, harmlessIoctls, harmlessOptions, obscureIoctls } from './foreign.ts';

type Fields = Record<string, unknown>;
type Names = ReadonlyMap<number, string>;

const byNumber = (...tables: Readonly<Record<string, number | undefined>>[]): Names =>
  new Map(
    tables.flatMap((table) => Object.entries(table).flatMap(([name, number]) => (number === undefined ? [] : [[number, name] as const]))),
  );

// A small number is an option of each level, and only the code of the caller says which level.
const leastOption = 0x80;
const options = byNumber(Object.fromEntries(Object.entries(socketOptions).filter(([, number]) => number >= leastOption)), harmlessOptions);
const ioctls = byNumber(ioctlCodes, harmlessIoctls, obscureIoctls);
const flags = byNumber(sendFlags, foreignFlags);

/** Writes Winsock's names into a line that was read, in the place of their numbers, which may be decimal or hexadecimal. */
export function nameNumbers(line: Fields): void {
  if (line.returns !== undefined) nameCode(line.returns as Fields, 'errno');
  nameCode(line, 'errno');
  nameCode(line, 'error');
  if (line.call !== undefined) nameArguments(line);
}

function nameArguments(call: Fields): void {
  nameNumber(call, 'code', ioctls);
  nameNumber(call, 'name', options);
  if (call.flags !== undefined)
    for (const index of (call.flags as string[]).keys()) nameNumber(call.flags as unknown as Fields, `${index}`, flags);
  if (Array.isArray(call.routine)) for (const inner of call.routine as Fields[]) nameArguments(inner);
}

function nameCode(holder: Fields, field: string): void {
  const number = numberIn(holder[field]);
  if (number !== undefined) holder[field] = codeName(number);
}

function nameNumber(holder: Fields, field: string, names: Names): void {
  const number = numberIn(holder[field]);
  const name = number === undefined ? undefined : names.get(number);
  if (name !== undefined) holder[field] = name;
}

/** The DWORD that a text stands for. Most texts are names, and begin with a letter. */
function numberIn(text: unknown): number | undefined {
  if (typeof text !== 'string' || text.charCodeAt(0) > 0x39 || !/^(-?[0-9]{1,10}|0x[0-9a-f]{1,8})$/i.test(text)) return undefined;
  return Number(text) >>> 0;
}
