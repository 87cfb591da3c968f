/** Traces as a C test: one that is named, the kept vectors of some clauses, or all of them. */

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Profile } from '../../model/clauses/profiles.ts';
import { isClauseId } from '../../model/clauses/register.ts';
import { readTrace } from '../../model/winsock/reader.ts';
import { tracesOfClauses } from '../../properties/generate/cSections.ts';
import { type CRuntime, type CTrace, cTestOf, programParts } from '../../properties/generate/cTest.ts';
import { printable } from '../report/printable.ts';
import { nearestClause } from './clausesNamed.ts';
import { UnusableInput } from './exit.ts';
import { readInput } from './inputs.ts';
import { packageFile } from './packageFiles.ts';

const traceBytesMax = 2 ** 24;

export const runtimeOfC = (): CRuntime => {
  const part = (name: string): string => readFileSync(packageFile(`properties/generate/c/${name}.c`), 'utf8');
  return { types: part('types'), program: programParts.map(part).join('') };
};

export interface CTestOptions {
  readonly profile: Profile;
  readonly from?: string | undefined;
  readonly clauses?: readonly string[] | undefined;
}

/** Fails by UnusableInput. */
export async function cTest({ profile, from, clauses }: CTestOptions): Promise<string> {
  if (from !== undefined && clauses !== undefined) throw new UnusableInput('--from and --clause exclude each other: give one of them.');
  const traces = from === undefined ? keptTraces(clauses) : [await traceIn(from)];
  const title =
    from === undefined ? 'The kept vectors of the WSPSend page as a test of ws2_32.' : `The trace ${basename(from)} as a test of ws2_32.`;
  return cTestOf(traces, { profile, title, runtime: runtimeOfC() });
}

function keptTraces(clauses: readonly string[] | undefined): readonly CTrace[] {
  const unknown = clauses?.find((id) => !isClauseId(id));
  if (unknown !== undefined)
    throw new UnusableInput(
      `--clause must be an id of the register: ${printable(unknown)}.${nearestClause(unknown)} All of them: wspsend clauses`,
    );
  const { vectors } = JSON.parse(readFileSync(packageFile('generated/vectors.json'), 'utf8')) as Parameters<typeof tracesOfClauses>[0];
  const traces = tracesOfClauses({ vectors }, clauses === undefined ? undefined : (id) => clauses.includes(id));
  if (traces.length === 0)
    throw new UnusableInput(`--clause must have a kept vector that ws2_32 can show: ${clauses?.join(', ')} has none`);
  return traces;
}

async function traceIn(file: string): Promise<CTrace> {
  const text = await readInput(file, { wanted: '--from must name a trace', bytesMax: traceBytesMax });
  const { header, steps, malformed } = readTrace(text);
  if (malformed !== undefined)
    throw new UnusableInput(`--from must name a well-formed trace: ${printable(file)} line ${malformed.line}: ${malformed.message}`);
  return { name: header?.title ?? basename(file), header, steps };
}
