/**
 * The kinds of line of trace/1 for a person: every field with what it means and which values it takes, and an example of each kind. All of
 * it is read off the shapes that lines are checked by.
 */

import { compileGuard } from './guard.ts';
import type { FieldsShape, Optional, Shape } from './shape.ts';
import { oneOfEach } from './trace.cases.ts';
import { doneShape, headerShape, noteShape, stepShapes, traceVersion } from './trace.ts';

export interface LineField {
  readonly name: string;
  readonly isRequired: boolean;
  readonly about: string;
  /** What its value must be: `true or false`. */
  readonly values: string;
  /** Where only some names are known, those names; others are not judged. */
  readonly names: readonly string[];
  /** Of an object, its own fields. */
  readonly inner: readonly LineField[];
}

export interface LineKind {
  /** How it differs from others: by a function's name, or by a field and its value. */
  readonly name: string;
  /** The field by which a line is of this kind. */
  readonly group: string;
  readonly about: string;
  readonly fields: readonly LineField[];
  readonly examples: readonly { readonly what: string; readonly line: string }[];
}

/** What is shown in addition to the steps, one of each kind. */
const others: readonly (readonly [what: string, line: string])[] = [
  ['a header', `{"wspsend":"${traceVersion}","source":"my stack 1.2","title":"a send that pends"}`],
  ['the end of a call', '{"end":7,"returns":{"rc":0,"bytes":600000}}'],
  ['the end of an answer', '{"done":true}'],
  ['a note', '{"x-note":"the recorder was restarted here"}'],
];

/** In the order of a trace: the header, calls, what is observed, and lines that are no steps. */
export function lineKinds(): readonly LineKind[] {
  const groups: readonly (readonly [string, Shape])[] = [
    ['header', headerShape],
    ...Object.entries(stepShapes),
    ['done', doneShape],
    ['x-…', noteShape],
  ];
  const lines = [...oneOfEach, ...others].map(([what, line]) => ({ what, line, value: JSON.parse(line) as unknown }));
  return groups.flatMap(([group, shape]) =>
    objectsOf(shape).map((object): LineKind => {
      const accepts = compileGuard(object);
      const examples = lines.filter(({ value }) => accepts(value)).map(({ what, line }) => ({ what, line }));
      return { name: nameOf(group, object), group, about: object.about ?? '', fields: fieldsOf(object), examples };
    }),
  );
}

const objectsOf = (shape: Shape): readonly FieldsShape[] =>
  shape.kind === 'choice' ? shape.of : shape.kind === 'fields' ? [shape as FieldsShape] : [];

const nameOf = (group: string, { fields }: FieldsShape): string => {
  const by = fields[group] ?? fields.wspsend;
  if (by === undefined) return group;
  const shape = shapeOf(by);
  if (shape.kind !== 'oneOf') return group;
  const values = shape.values.join(', ');
  return group === 'call' ? values : group === 'header' ? group : `${group} ${values}`;
};

const shapeOf = (field: Shape | Optional): Shape => (field.kind === 'optional' ? (field.of as Shape) : (field as Shape));

const fieldsOf = ({ fields }: FieldsShape): readonly LineField[] =>
  Object.entries(fields).map(([name, field]) => {
    const shape = shapeOf(field);
    return {
      name,
      isRequired: field.kind !== 'optional',
      about: shape.about ?? '',
      values: valuesOf(shape),
      names: namesIn(shape),
      inner: innerOf(shape),
    };
  });

const valuesOf = (shape: Shape): string => {
  if (shape.kind === 'fields') return 'an object';
  if (shape.kind === 'recursive') return valuesOf(shape.of());
  return shape.what;
};

/** The names that a value, or one of its parts, is known to have. */
const namesIn = (shape: Shape): readonly string[] => {
  switch (shape.kind) {
    case 'text':
      return shape.names === undefined ? [] : shape.names.names;
    case 'list':
      return namesIn(shape.of);
    case 'anyOf':
      return [...new Set(shape.of.flatMap(namesIn))];
    default:
      return [];
  }
};

/** Several objects in one place, such as the returns of a success and of a failure, show each field once. */
const innerOf = (shape: Shape): readonly LineField[] => {
  const objects = shape.kind === 'anyOf' ? shape.of.flatMap(objectsOf) : objectsOf(shape);
  const byName = new Map<string, LineField[]>();
  for (const field of objects.flatMap(fieldsOf).filter(({ values }) => !values.startsWith('absent')))
    byName.set(field.name, [...(byName.get(field.name) ?? []), field]);
  return [...byName].map(([name, fields]) =>
    mergedField(
      fields,
      objects.every((each) => isNeeded(each, name)),
    ),
  );
};

const isNeeded = ({ fields }: FieldsShape, name: string): boolean => fields[name] !== undefined && fields[name].kind !== 'optional';

const mergedField = (fields: readonly LineField[], isRequired: boolean): LineField => {
  const joined = (part: (field: LineField) => string, by: string): string => [...new Set(fields.map(part))].join(by);
  return {
    ...fields[0]!,
    isRequired,
    about: joined(({ about }) => about, ' '),
    values: joined(({ values }) => values, ' or '),
    names: [...new Set(fields.flatMap(({ names }) => names))],
  };
};
