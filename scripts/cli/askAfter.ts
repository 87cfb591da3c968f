/** `wspsend ask --after TRACE`: the state that a recorded trace leads to. */

import { readTrace } from '../../model/winsock/reader.ts';
import { printable } from '../report/printable.ts';
import { UnusableInput } from './exit.ts';
import { readInput, traceBytesMax } from './inputs.ts';

/** A state as `permits` takes it. Fails by UnusableInput where there is no such trace, or it is malformed. */
export async function stateAfter(file: string): Promise<{ readonly trace: readonly unknown[] }> {
  const text = await readInput(file, { wanted: '--after must name a trace', bytesMax: traceBytesMax });
  const { malformed } = readTrace(text);
  if (malformed !== undefined) {
    throw new UnusableInput(
      `--after must name a well-formed trace: ${printable(file)} line ${malformed.line}: ${printable(malformed.message)}`,
    );
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return { trace: lines.map((line) => JSON.parse(line) as unknown) };
}
