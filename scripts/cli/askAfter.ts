/** `wspsend ask --after TRACE`: the state that a recorded trace leads to. */

import { readFileSync } from 'node:fs';
import { readTrace } from '../../model/winsock/reader.ts';
import { printable } from '../report/printable.ts';
import { reasonOf, UnusableInput } from './exit.ts';

/** A state as `permits` takes it. Fails by UnusableInput where there is no such trace, or it is malformed. */
export function stateAfter(file: string): { readonly trace: readonly unknown[] } {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new UnusableInput(`--after must name a trace that can be read: ${printable(file)}: ${reasonOf(error)}`);
  }
  const { malformed } = readTrace(text);
  if (malformed !== undefined) {
    throw new UnusableInput(
      `--after must name a well-formed trace: ${printable(file)} line ${malformed.line}: ${printable(malformed.message)}`,
    );
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return { trace: lines.map((line) => JSON.parse(line) as unknown) };
}
