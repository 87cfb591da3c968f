/** The format trace/1 as text: its rules, and every kind of line with its fields and an example. */

import type { LineField, LineKind } from '../../model/winsock/format.ts';
import { patternPeriod, traceVersion } from '../../model/winsock/trace.ts';
import { wrapped } from './columns.ts';

/** What holds for all lines, a paragraph each. */
export const formatRules: readonly string[] = [
  `A trace is one JSON object a line, in UTF-8. The first line is a header, {"wspsend":"${traceVersion}"}. Every other line is one step, in the order in which the steps were observed. A step carries no time.`,
  'Sockets, OVERLAPPEDs and threads have any names. Functions, flags, options and codes have the names that Winsock gives them; a code without a name is its decimal number in a string. A name that the vocabulary does not have is judged; one that is misspelt is malformed.',
  `Byte j of what a send offers is (fill + j) modulo the period, which is ${patternPeriod} unless the header says otherwise. [s,n] stands for the n bytes from s on.`,
  'A call that something else was observed in is two lines: one with "begin" and a number, and later {"end":number,"returns":{…}}.',
  '{"env":"settle"} says that the recorder waited long enough for everything that was caused to be delivered. Without it, what is missing may still come.',
  'A name that begins with x- is free in every line. A line of such names alone, a blank line, {"done":true}, and a line that returns {"unsupported":"why"} are no steps.',
];

/** Indented below its kind; an inner field below its own. The example keeps its line, so that it can be copied. */
export function kindText({ name, about, fields, examples }: LineKind, columns: number): string {
  const [example] = examples;
  const lines = fields.flatMap((field) => fieldLines(field, '  '));
  const width = Math.max(0, ...lines.map(([head]) => head.length));
  return [
    ...wrapped(`${name}: ${about}`, columns, '  '),
    ...(example === undefined ? [] : [`  ${example.line}`]),
    ...lines.flatMap(([head, rest]) => wrapped(`${head.padEnd(width)}  ${rest}`, columns, ' '.repeat(width + 2))),
  ].join('\n');
}

type FieldLine = readonly [head: string, rest: string];

const fieldLines = ({ name, isRequired, about, values, names, inner }: LineField, indent: string): readonly FieldLine[] => {
  const known = names.length === 0 || names.length > namesMax ? '' : ` (${names.join(', ')})`;
  const own: FieldLine = [
    `${indent}${name}${isRequired ? '' : '?'}`,
    `${about} ${inner.length > 0 && isObjectAlone(values) ? '' : `${sentence(values)}${known}.`}`.trim(),
  ];
  return [own, ...inner.flatMap((field) => fieldLines(field, `${indent}  `))];
};

/** Its fields say the rest. */
export const isObjectAlone = (values: string): boolean => values.startsWith('an object');

/** More names than these are a table of their own. */
const namesMax = 8;

const sentence = (words: string): string => `${words[0]!.toUpperCase()}${words.slice(1)}`;
