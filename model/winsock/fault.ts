/** What is wrong with a value, by its shape: what was required, and then what came. */

import { choosing } from './guard.ts';
import { type FieldsShape, isFreeField, type Shape } from './shape.ts';
import { isMisspelt, type NameSet, nameSet, nearestName } from './spelling.ts';
import { excerpt } from './strictJson.ts';

export type Path = readonly (string | number)[];

export interface Fault {
  readonly path: Path;
  readonly message: string;
  /** Of a misspelt name: those that it may have been meant for. */
  readonly names?: NameSet;
}

/** What is wrong with a value that is called `name`, in words. */
export const faultIn = (shape: Shape, name: string, value: unknown): string | undefined => {
  const fault = firstFault(shape, value);
  return fault && faultText(fault, value, (path) => pathText(name, path));
};

/** The first fault, in the order of the fields; undefined for a value that the shape accepts. */
export const firstFault = (shape: Shape, value: unknown): Fault | undefined => {
  switch (shape.kind) {
    case 'text':
      return textFault(shape, value);
    case 'flag':
      return typeof value === 'boolean' ? undefined : unlike(shape, value);
    case 'nothing':
      return unlike(shape, value);
    case 'number': {
      const isOne = shape.whole ? Number.isSafeInteger(value) : Number.isFinite(value);
      return isOne && (value as number) >= shape.least && (value as number) <= shape.most ? undefined : unlike(shape, value);
    }
    case 'oneOf':
      return (shape.values as readonly unknown[]).includes(value) ? undefined : unlike(shape, value);
    case 'list':
      return Array.isArray(value) ? firstOf(value, (part) => firstFault(shape.of, part)) : unlike(shape, value);
    case 'tuple': {
      const isAsLong = Array.isArray(value) && value.length === shape.of.length;
      return isAsLong ? firstOf(value, (part, i) => firstFault(shape.of[i]!, part)) : unlike(shape, value);
    }
    case 'recursive':
      return firstFault(shape.of(), value);
    case 'anyOf':
      return unionFault(shape, value);
    case 'choice':
      return choiceFault(shape, value);
    case 'fields':
      return fieldsFault(shape, value);
  }
};

/** In words; `subject` names the place at a path. */
export const faultText = ({ path, message, names }: Fault, value: unknown, subject: (path: Path) => string): string => {
  const came = message.startsWith('is required') ? undefined : valueAt(value, path);
  const nearest = names === undefined || typeof came !== 'string' ? undefined : nearestName(names, came);
  return `${subject(path)} ${message}${came === undefined ? '' : `: ${shown(came)}`}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`;
};

export const pathText = (root: string, path: Path): string =>
  path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? nameText(key) : `${text}.${nameText(key)}`),
    root,
  );

/** A value, short enough for a message. */
export const shown = (value: unknown): string => {
  if (typeof value === 'string') return excerpt(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
};

// ---- By kind -------------------------------------------------------------------------------------------------------------------

type Of<K extends Shape['kind']> = Extract<Shape, { kind: K }>;

const missing: Fault = { path: [], message: 'is required' };

const unlike = ({ what }: { readonly what: string }, value: unknown): Fault =>
  value === undefined ? missing : { path: [], message: `must be ${what}` };

const at = (key: string | number, fault: Fault | undefined): Fault | undefined => fault && { ...fault, path: [key, ...fault.path] };

const firstOf = (list: readonly unknown[], faultOf: (part: unknown, i: number) => Fault | undefined): Fault | undefined => {
  for (const [i, part] of list.entries()) {
    const fault = faultOf(part, i);
    if (fault !== undefined) return at(i, fault);
  }
  return undefined;
};

const textFault = ({ what, names, absent }: Of<'text'>, value: unknown): Fault | undefined => {
  if (value === undefined) return { path: [], message: absent ?? missing.message };
  if (typeof value !== 'string') return { path: [], message: `must be ${what.endsWith('a string') ? what : 'a string'}` };
  return names !== undefined && isMisspelt(names, value) ? { path: [], message: `must be ${what}`, names } : undefined;
};

// The alternative that got furthest is the one that was meant.
const unionFault = (shape: Of<'anyOf'>, value: unknown): Fault | undefined => {
  let best = unlike(shape, value);
  for (const option of shape.of) {
    const fault = firstFault(option, value);
    if (fault === undefined) return undefined;
    // A name that is misspelt was meant to be one, whatever else could stand there.
    if (fault.names !== undefined && fault.path.length === 0) return fault;
    if (fault.path.length > best.path.length) best = fault;
  }
  return best;
};

const choiceFault = (shape: Of<'choice'>, value: unknown): Fault | undefined => {
  if (!isFields(value)) return unlike(shape, value);
  const { by, of } = shape;
  const chosen = of.find((option) => (choosing(option, by) as readonly unknown[]).includes(value[by]));
  if (chosen !== undefined) return fieldsFault(chosen, value);
  return {
    path: [by],
    message: shape.unlike,
    names: nameSet(
      /(?:)/,
      of.flatMap((option) => choosing(option, by).filter((name) => typeof name === 'string')),
    ),
  };
};

const fieldsFault = ({ fields, rules }: FieldsShape, value: unknown): Fault | undefined => {
  if (!isFields(value)) return unlike({ what: 'an object' }, value);
  // A field that is not there was most often misspelt: to say so says more than that it is required.
  const other = Object.keys(value).find((name) => !Object.hasOwn(fields, name) && !isFreeField(name));
  if (other !== undefined) {
    const alike = Object.keys(fields).filter((name) => name[0] === other[0] && !Object.hasOwn(value, name));
    const meant = nearestName(nameSet(/(?:)/, alike), other);
    return { path: [other], message: `is not a field here${meant === undefined ? '' : ` (did you mean ${meant}?)`}` };
  }
  for (const [name, field] of Object.entries(fields)) {
    const part = Object.hasOwn(value, name) ? value[name] : undefined;
    if (field.kind === 'optional' && part === undefined) continue;
    const fault = firstFault(field.kind === 'optional' ? field.of : field, part);
    if (fault !== undefined) return at(name, fault);
  }
  const broken = rules.find((rule) => !rule.holds(value));
  return broken && { path: broken.path === '' ? [] : [broken.path], message: broken.message };
};

const isFields = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const nameText = (key: string | number): string => (/^[\w.-]{1,60}$/.test(String(key)) ? String(key) : excerpt(String(key)));

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (part, key) =>
      typeof part === 'object' && part !== null && Object.hasOwn(part, key) ? (part as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
