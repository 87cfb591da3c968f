/** A trace as a test in a user's project: a file for vitest, with the trace next to it. It holds the implementation that is named. */

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Profile } from '../../model/clauses/profiles.ts';
import { readTrace } from '../../model/winsock/reader.ts';
import { askedByTrace } from '../../properties/verification/keptTraces.ts';
import { printable } from '../report/printable.ts';
import { isRefused, reasonOf, UnusableInput } from './exit.ts';
import { readInput, traceBytesMax } from './inputs.ts';
import type { DriverCommand } from './options.ts';
import { outputTo } from './outputs.ts';

export interface KeptTest {
  readonly from: string;
  /** The folder; it is made where it is not there. */
  readonly to: string;
  readonly profile: Profile;
  /** A path or the name of a package. */
  readonly provider?: string | undefined;
  readonly driver?: DriverCommand | undefined;
}

/** Writes both files and gives their paths, the test first. Fails by UnusableInput. */
export async function keepTest({ from, to, profile, provider, driver }: KeptTest): Promise<readonly [test: string, trace: string]> {
  const text = await readInput(from, { wanted: '--from must name a trace', bytesMax: traceBytesMax });
  const { header, steps, malformed } = readTrace(text);
  if (malformed !== undefined) {
    const where = `${printable(from)} line ${malformed.line}`;
    throw new UnusableInput(`--from must name a well-formed trace: ${where}: ${malformed.message}. Run \`npx wspsend check\` on it.`);
  }
  let asked: ReturnType<typeof askedByTrace>;
  try {
    asked = askedByTrace(
      header,
      steps.map(({ step }) => step),
    );
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UnusableInput(`--from must name a trace that can be replayed: ${printable(from)}: ${error.message}`);
  }
  if (asked.requests.length === 0)
    throw new UnusableInput(`--from must name a trace in which something is asked of an implementation: ${printable(from)} has nothing`);
  try {
    mkdirSync(to, { recursive: true });
  } catch (error) {
    if (!isRefused(error)) throw error;
    throw new UnusableInput(`--to must name a folder that can be made: ${printable(to)}: ${reasonOf(error)}`);
  }
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 8);
  const base = basename(from, '.ndjson').replace(/[^A-Za-z0-9.-]+/g, '-');
  const name = base.endsWith(digest) ? base : `${base}.${digest}`;
  const trace = join(to, `${name}.ndjson`);
  const test = join(to, `${name}.test.mjs`);
  const implementation = driver === undefined ? providerText(provider!, to) : driverText(driver);
  const written = testText({ title: header?.title ?? name, trace: basename(trace), profile, implementation });
  // What was edited since is not ours to take away.
  if (existsSync(test) && readFileSync(test, 'utf8') !== written)
    throw new UnusableInput(
      `--to must name a folder without this test: ${printable(test)} is there and differs. Delete it, or name another folder.`,
    );
  const writeTrace = outputTo('--to', trace);
  const writeTest = outputTo('--to', test);
  writeTrace(text);
  writeTest(written);
  return [test, trace];
}

interface ImplementationText {
  readonly imported: string;
  readonly expression: string;
}

const providerText = (provider: string, to: string): ImplementationText => {
  const isPath = provider.startsWith('.') || isAbsolute(provider) || /\.m?js$/.test(provider);
  const path = relative(resolve(to), resolve(provider)).split(sep).join('/');
  const module = isPath ? `new URL(${quoted(path.startsWith('.') ? path : `./${path}`)}, import.meta.url)` : quoted(provider);
  return { imported: 'isolatedProvider', expression: `await isolatedProvider(${module})` };
};

const driverText = ({ words }: DriverCommand): ImplementationText => ({
  imported: 'driverImplementation',
  expression: `driverImplementation({ command: [${words.map(quoted).join(', ')}] })`,
});

/** As a literal of JavaScript: no line of it ends early, whatever a title holds. */
const quoted = (text: string): string =>
  `'${JSON.stringify(text)
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replaceAll("'", "\\'")
    .replace(/[\u2028\u2029]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`)}'`;

interface TestText {
  readonly title: string;
  readonly trace: string;
  readonly profile: Profile;
  readonly implementation: ImplementationText;
}

const testText = ({ title, trace, profile, implementation: { imported, expression } }: TestText): string =>
  `// Made by \`npx wspsend generate --from\`; yours to edit. It asks for what the trace shows or its header says, and judges what happens now.
${'import'} { readFileSync } from 'node:fs';
${'import'} { expect, test } from 'vitest';
${'import'} { readTrace } from 'wspsend/model';
${'import'} { ${['askedByTrace', imported, 'replay'].sort().join(', ')} } from 'wspsend/verify';

const { header, steps } = readTrace(readFileSync(new URL(${quoted(`./${trace}`)}, import.meta.url), 'utf8'));

test(${quoted(title)}, async () => {
  const implementation = ${expression};
  const { requests } = askedByTrace(header, steps.map(({ step }) => step));
  const { deviation, unjudged } = await replay(implementation, { profile: '${profile}', requests, finishes: true });
  expect(deviation && \`\${deviation.message}, which breaks \${deviation.clauses.join(', ')}\`).toBeUndefined();
  expect(unjudged?.message).toBeUndefined();
}, 60_000);
`;
