/**
 * What a value of JSON must be.
 *
 * A shape is data: guard.ts compiles it to a function that says yes or no, fault.ts says in words what is wrong with a value, schema.ts
 * publishes it, and the compiler reads the type off it. So there is one set of rules. A library of schemas would do all four, and a
 * program that judges six lines would spend more time on loading it than on the lines.
 */

import type { NameSet } from './spelling.ts';

/** Lengths and counts of bytes are a DWORD. */
export const lengthMax = 2 ** 32 - 1;

export type Scalar = string | number | boolean;

/** What the fields of one object require of each other; the field at `path` is the one to correct. */
export interface FieldRule {
  holds(value: Record<string, unknown>): boolean;
  path: string;
  message: string;
  /** The same rule in JSON Schema's words. */
  schema: Record<string, unknown>;
}

/** `what` is what a value must be, in the words of a message. */
type Kind =
  /** With `names`, no misspelling of one of them; `absent` is what is said where it is missing. */
  | { readonly kind: 'text'; readonly what: string; readonly names?: NameSet; readonly absent?: string }
  | { readonly kind: 'flag'; readonly what: string }
  /** Finite, and from `least` to `most`; whole ones are also safe integers. */
  | { readonly kind: 'number'; readonly whole: boolean; readonly least: number; readonly most: number; readonly what: string }
  | { readonly kind: 'oneOf'; readonly values: readonly Scalar[]; readonly what: string }
  /** No value at all. */
  | { readonly kind: 'nothing'; readonly what: string }
  | { readonly kind: 'list'; readonly of: Shape; readonly what: string }
  | { readonly kind: 'tuple'; readonly of: readonly Shape[]; readonly what: string }
  | { readonly kind: 'anyOf'; readonly of: readonly Shape[]; readonly what: string }
  /** The field `by` says which of these it is; `unlike` is what is said where it is none of them. */
  | { readonly kind: 'choice'; readonly by: string; readonly of: readonly FieldsShape[]; readonly what: string; readonly unlike: string }
  | { readonly kind: 'fields'; readonly fields: Fields; readonly rules: readonly FieldRule[] }
  /** A shape that holds itself; `name` is what the published schema calls it. */
  | { readonly kind: 'recursive'; readonly name: string; readonly of: () => Shape };

declare const described: unique symbol;
/** Of the values that it accepts there is only the type. */
interface Describes<T> {
  readonly [described]: T;
}
/** What the published schema and the page of the format say of it, where it stands. */
interface Explained {
  readonly about?: string;
}
export type Shape<T = unknown> = Kind & Explained & Describes<T>;
export type FieldsShape<T = unknown> = Extract<Kind, { kind: 'fields' }> & Explained & Describes<T>;
/** A field that may be left out. */
export interface Optional<S extends Shape = Shape> {
  readonly kind: 'optional';
  readonly of: S;
}
export type Fields = Readonly<Record<string, Shape | Optional>>;

/** The type of the values that a shape accepts: looked up and not inferred, since a shape that holds itself cannot be inferred. */
export type Described<S extends Shape> = S[typeof described];

type OptionalNames<F extends Fields> = { [K in keyof F]: F[K]['kind'] extends 'optional' ? K : never }[keyof F];
type DescribedBy<F extends Fields> = {
  [K in Exclude<keyof F, OptionalNames<F>>]: F[K] extends Shape ? Described<F[K]> : never;
} & { [K in OptionalNames<F>]?: F[K] extends Optional<infer S> ? Described<S> | undefined : never };
/** One object type in place of an intersection of two, which is how a message of the compiler shows it. */
type Flat<T> = { [K in keyof T]: T[K] };

const shape = <T>(kind: Kind): Shape<T> => kind as Shape<T>;

// ---- Objects -------------------------------------------------------------------------------------------------------------------

/** A name that anyone may add anywhere, for their own use. */
export const isFreeField = (name: string): boolean => name.startsWith('x-');

/** An object with these fields, free ones, and no other. */
export const fields = <const F extends Fields>(of: F, ...rules: readonly FieldRule[]) =>
  shape({ kind: 'fields', fields: of, rules }) as FieldsShape<Flat<DescribedBy<F>>>;

/** The same shape, with what it means in its place. */
export const about = <S extends Shape>(words: string, of: S): S => ({ ...of, about: words });

export const optional = <S extends Shape>(of: S): Optional<S> => ({ kind: 'optional', of });

/** One of several objects, by the value of one field. */
export const choice = <const S extends readonly FieldsShape[]>(by: string, of: S, what: string, unlike = `must be ${what}`) =>
  shape<Described<S[number]>>({ kind: 'choice', by, of, what, unlike });

// ---- Values --------------------------------------------------------------------------------------------------------------------

export const text = shape<string>({ kind: 'text', what: 'a string' });
export const flag = shape<boolean>({ kind: 'flag', what: 'true or false' });

const { NEGATIVE_INFINITY, POSITIVE_INFINITY, MIN_SAFE_INTEGER, MAX_SAFE_INTEGER } = Number;
export const number = shape<number>({ kind: 'number', whole: false, least: NEGATIVE_INFINITY, most: POSITIVE_INFINITY, what: 'a number' });
export const whole = (what: string, least = MIN_SAFE_INTEGER, most = MAX_SAFE_INTEGER) =>
  shape<number>({ kind: 'number', whole: true, least, most, what });
export const dword = whole('an integer from 0 to 4294967295', 0, lengthMax);

/** One of these values. */
export const oneOf = <const V extends readonly [Scalar, ...Scalar[]]>(...values: V) => {
  const shown = values.map((value) => JSON.stringify(value));
  const last = shown.pop()!;
  return shape<V[number]>({ kind: 'oneOf', values, what: shown.length === 0 ? last : `${shown.join(', ')} or ${last}` });
};

/**
 * A name of Winsock's, or any other text that is no misspelling of one: what the vocabulary does not have is judged, and only what was
 * certainly meant to be one of its names is no value at all.
 */
export const named = <Name extends string>(names: NameSet<Name>, what: string, absent = 'is required') =>
  shape<Name>({ kind: 'text', what, names, absent });

export const nothing = (what: string) => shape<never>({ kind: 'nothing', what });

export const listOf = <T>(of: Shape<T>, what: string) => shape<T[]>({ kind: 'list', of, what });

export const tuple = <const S extends readonly Shape[]>(of: S, what: string) =>
  shape<{ -readonly [I in keyof S]: Described<S[I]> }>({ kind: 'tuple', of, what });

export const anyOf = <const S extends readonly Shape[]>(of: S, what: string) => shape<Described<S[number]>>({ kind: 'anyOf', of, what });

/** A shape that holds itself. Where it is made, its type must be written down. */
export const recursive = <T>(name: string, of: () => Shape<T>) => shape<T>({ kind: 'recursive', name, of });
