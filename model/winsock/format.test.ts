import { describe, expect, test } from 'vitest';
import { type LineField, lineKinds } from './format.ts';
import { traceSchema } from './schema.ts';
import { oneOfEach } from './trace.cases.ts';
import { callNames } from './trace.ts';

const kinds = lineKinds();

describe('the format', () => {
  test('has every call, and every kind of line once', () => {
    const names = kinds.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining([...callNames, 'header', 'routine enter', 'poll event', 'peer recv', 'env settle', 'end']),
    );
  });

  test('explains every kind and every field', () => {
    const unexplained = (fields: readonly LineField[], at: string): string[] =>
      fields.flatMap(({ name, about, inner }) => [...(about === '' ? [`${at}.${name}`] : []), ...unexplained(inner, `${at}.${name}`)]);
    expect(kinds.filter(({ about }) => about === '').map(({ name }) => name)).toEqual([]);
    expect(kinds.flatMap(({ name, fields }) => unexplained(fields, name))).toEqual([]);
  });

  test('shows an example of every kind, and each line that is shown belongs to one kind', () => {
    expect(kinds.filter(({ examples }) => examples.length === 0).map(({ name }) => name)).toEqual([]);
    const shown = kinds.flatMap(({ examples }) => examples.map(({ line }) => line));
    for (const [what, line] of oneOfEach) expect(shown.filter((other) => other === line).length, what).toBe(1);
  });

  test('says which names are known', () => {
    const flags = kinds.find(({ name }) => name === 'WSPSend')!.fields.find(({ name }) => name === 'flags')!;
    expect(flags).toMatchObject({ isRequired: false, values: 'a list of strings', names: ['MSG_OOB', 'MSG_DONTROUTE', 'MSG_PARTIAL'] });
  });

  test('shows the fields of what a call returns, those of success and failure each once', () => {
    const returns = kinds.find(({ name }) => name === 'WSPSend')!.fields.find(({ name }) => name === 'returns')!;
    expect(returns.inner.map(({ name, isRequired, values }) => [name, isRequired, values])).toEqual([
      ['rc', true, '0 or -1'],
      ['bytes', false, 'an integer from 0 to 4294967295'],
      ['errno', false, 'a Winsock name or a decimal number in a string'],
    ]);
  });
});

test('the schema describes every field', () => {
  const undescribed: string[] = [];
  const visit = (schema: unknown, at: string): void => {
    if (typeof schema !== 'object' || schema === null) return;
    const { properties } = schema as { properties?: Record<string, { description?: string }> };
    for (const [name, property] of Object.entries(properties ?? {})) {
      if (property.description === undefined) undescribed.push(`${at}.${name}`);
    }
    for (const [name, part] of Object.entries(schema)) visit(part, `${at}.${name}`);
  };
  const { anyOf, $defs } = traceSchema() as { anyOf: unknown[]; $defs: unknown };
  // The last is the answer of an implementation that cannot, which has nothing but its reason.
  visit(anyOf.slice(0, -1), '');
  // Inside a routine's list the rules of a call are repeated, which say what a field must be and not what it means.
  visit($defs, '$defs');
  expect(undescribed.filter((place) => !/\.(?:allOf|anyOf)\.\d+\.(?:if|then)\./.test(`${place}.`))).toEqual([]);
});
