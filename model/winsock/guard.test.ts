import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstFault } from './fault.ts';
import { compileGuard } from './guard.ts';
import { expectSame } from './same.fixture.ts';
import { traceSchema } from './schema.ts';
import { choice, fields, text } from './shape.ts';
import { acceptedSteps } from './trace.cases.ts';
import { doneShape, endShape, headerShape, noteShape, type StepKind, stepKinds, stepShapes } from './trace.ts';

type Fields = Record<string, unknown>;

const seeds: readonly Fields[] = [
  ...acceptedSteps.map(([, line]) => JSON.parse(line) as Fields),
  { wspsend: 'trace/1', title: 'a title', period: 1000 },
  { 'x-note': 'a note' },
  { done: true },
  { end: 7, returns: { rc: 0, bytes: 4 } },
  { end: 8, thread: 't1', returns: { rc: -1, errno: 'WSAEINTR' } },
];

const oddScalars: readonly unknown[] = [null, true, 0, -0, 1, -1, 1.5, 2 ** 32 - 1, 2 ** 32, 2 ** 53, Number.POSITIVE_INFINITY];
/** Meant to be names, so that no shape accepts them; a JSON Schema cannot say so. */
const misspelt = ['WSAEWOULDBLOK', 'MSG_OBB', 'SO_LINGR', 'SD_SENT', 'lpBufers'];
const oddTexts: readonly unknown[] = ['', 'SO_LINGER', 'FIONBIO', 'enter', 'event', 'recv', 'settle', 'peer', ...misspelt];
const oddParts: readonly unknown[] = [[], {}, [1], ['a'], [[0, 1]], [[0, 1, 2]], { rc: 0 }, { rc: -1 }, [{ call: 'SleepEx' }]];
const oddNames = ['x-note', 'extra', 'thread', 'bytes', 'errno', 'value', 'begin', 'returns', 'routine', 'constructor', ...stepKinds];

/** One change at a place that `at` picks among all the fields and elements of the line. */
interface Change {
  at: number;
  how: 'replace' | 'remove' | 'add';
  name: string;
  value: unknown;
}

const changeArb: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(),
  how: fc.constantFrom('replace', 'remove', 'add'),
  name: fc.constantFrom(...oddNames),
  value: fc.constantFrom(...oddScalars, ...oddTexts, ...oddParts),
});

const lineArb: fc.Arbitrary<Fields> = fc
  .tuple(fc.constantFrom(...seeds), fc.array(changeArb, { maxLength: 3 }))
  .map(([seed, changes]) => changes.reduce(changed, structuredClone(seed)));

const changed = (line: Fields, { at, how, name, value }: Change): Fields => {
  const places = placesOf(line);
  const [holder, key] = places[at % Math.max(places.length, 1)] ?? [line, name];
  if (how === 'replace') holder[key] = structuredClone(value);
  else if (how === 'add') holder[Array.isArray(holder) ? String(holder.length) : name] = structuredClone(value);
  else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
  return line;
};

const placesOf = (value: unknown): [Fields, string][] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, part]): [Fields, string][] => [[value as Fields, key], ...placesOf(part)])
    : [];

const shapes = { ...stepShapes, end: endShape, done: doneShape, header: headerShape, note: noteShape };
const guards = Object.entries(shapes).map(([kind, shape]) => ({ kind: kind as StepKind, shape, accepts: compileGuard(shape) }));

// GuardIsFaultless
// What:  the guard accepts the values in which no fault is found, and no other.
// How:   lines of every kind, as they are and with up to three changes, against the shapes of every kind.
// Kills: required-not-counted, unknown-field-accepted, rules-skipped, tuple-any-length.
test('a guard accepts exactly the lines that are without a fault', () => {
  let accepted = 0;
  let refused = 0;
  fc.assert(
    fc.property(lineArb, (line) => {
      for (const { kind, shape, accepts } of guards) {
        const verdict = accepts(line);
        expectSame(verdict, firstFault(shape, line) === undefined, () => kind);
        if (Object.hasOwn(line, kind)) verdict ? accepted++ : refused++;
      }
    }),
    { numRuns: 5000 },
  );
  // A campaign in which nearly all lines share one verdict would show little.
  expect(Math.min(accepted, refused)).toBeGreaterThan(500);
});

// PublishedSchemaIsSchema
// What:  a line validates against the published JSON Schema exactly when one of the shapes accepts it.
// How:   the same lines, through an evaluator of the few keywords that the published schema uses.
// Kills: schema-open, schema-without-rules, schema-without-free-fields, schema-without-done.
test('the published JSON Schema and the shapes accept the same lines', () => {
  const published = traceSchema();
  fc.assert(
    fc.property(lineArb, (line) => {
      // What JSON cannot hold, a JSON Schema need not judge.
      const text = JSON.stringify(line);
      fc.pre(!misspelt.some((name) => text.includes(name)));
      const read = JSON.parse(text) as Fields;
      expectSame(
        validates(published, read, published),
        guards.some(({ accepts }) => accepts(read)),
      );
    }),
    { numRuns: 5000 },
  );
});

test('a choice is by a field whose values are known', () => {
  const shape = choice('kind', [fields({ kind: text })], 'one of them');
  expect(() => compileGuard(shape)).toThrow('A choice must be by a field that is one of some values: kind');
});

type Schema = Record<string, unknown>;
const keywords: Record<string, (wanted: never, value: unknown, root: Schema, schema: Schema) => boolean> = {
  $schema: () => true,
  $defs: () => true,
  title: () => true,
  description: () => true,
  $ref: (ref: string, value, root) => validates((root.$defs as Record<string, Schema>)[ref.replace('#/$defs/', '')]!, value, root),
  type: (types: string | string[], value) => [types].flat().some((type) => isOfType(type, value)),
  const: (wanted: unknown, value) => value === wanted || (value === 0 && wanted === 0),
  enum: (wanted: unknown[], value) => wanted.includes(value),
  minimum: (least: number, value) => typeof value !== 'number' || value >= least,
  maximum: (most: number, value) => typeof value !== 'number' || value <= most,
  minItems: (least: number, value) => !Array.isArray(value) || value.length >= least,
  maxItems: (most: number, value) => !Array.isArray(value) || value.length <= most,
  minProperties: (least: number, value) => !isFields(value) || Object.keys(value).length >= least,
  required: (names: string[], value) => !isFields(value) || names.every((name) => Object.hasOwn(value, name)),
  properties: (parts: Record<string, Schema>, value, root) =>
    !isFields(value) || Object.entries(parts).every(([name, part]) => !Object.hasOwn(value, name) || validates(part, value[name], root)),
  patternProperties: () => true,
  additionalProperties: (allowed: unknown, value, _, schema) =>
    allowed !== false ||
    !isFields(value) ||
    Object.keys(value).every(
      (name) =>
        Object.hasOwn(schema.properties as Schema, name) ||
        Object.keys((schema.patternProperties ?? {}) as Schema).some((pattern) => new RegExp(pattern).test(name)),
    ),
  items: (part: Schema | false, value, root, schema) =>
    !Array.isArray(value) ||
    value.slice(((schema.prefixItems ?? []) as unknown[]).length).every((element) => part !== false && validates(part, element, root)),
  prefixItems: (parts: Schema[], value, root) =>
    !Array.isArray(value) || parts.every((part, i) => i >= value.length || validates(part, value[i], root)),
  anyOf: (parts: Schema[], value, root) => parts.some((part) => validates(part, value, root)),
  oneOf: (parts: Schema[], value, root) => parts.filter((part) => validates(part, value, root)).length === 1,
  allOf: (parts: Schema[], value, root) => parts.every((part) => validates(part, value, root)),
  not: (part: Schema, value, root) => !validates(part, value, root),
  if: (part: Schema, value, root, schema) => !validates(part, value, root) || validates(schema.then as Schema, value, root),
  then: () => true,
};

const validates = (schema: Schema, value: unknown, root: Schema): boolean =>
  Object.entries(schema).every(([keyword, wanted]) => {
    const judge = keywords[keyword];
    if (judge === undefined) throw new Error(`The evaluator needs a keyword that it knows: ${keyword}`);
    return judge(wanted as never, value, root, schema);
  });

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

const isOfType = (type: string, value: unknown): boolean => {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  return type === 'object' ? isFields(value) : typeof value === type;
};
