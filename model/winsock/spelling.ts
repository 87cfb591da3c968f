/** Which text was meant to be a name of the vocabulary and is none: one or two letters away from it. */

declare const outside: unique symbol;
/**
 * A name that a trace may hold and the vocabulary does not have. Its type has no literals, so that none can be written into a step, or
 * looked for in a list of names, by mistake.
 */
export type ForeignName = string & { readonly [outside]: true };
/** Lets a name stand in a step that is made by hand, although the vocabulary does not have it. */
export const foreignName = (name: string): ForeignName => name as ForeignName;

/** The names of one family. */
export interface NameSet<Name extends string = string> {
  /** The names that are judged. */
  readonly names: readonly Name[];
  /** These, and the names that are known and not judged. */
  readonly known: ReadonlySet<string>;
  /** What a text must begin with to be taken for a misspelt one of them. */
  readonly family: RegExp;
}

export const nameSet = <Name extends string>(
  family: RegExp,
  names: readonly Name[],
  others: Readonly<Record<string, unknown>> = {},
): NameSet<Name | ForeignName> => ({ names, known: new Set([...names, ...Object.keys(others)]), family });

/** Names are at most this long; a longer text is none of them, misspelt or not. */
const nameMax = 64;

export const isMisspelt = (set: NameSet, text: string): boolean => !set.known.has(text) && nearestName(set, text) !== undefined;

/** The known name that a text of the family was meant to be: the nearest one, if few letters are wrong. */
export const nearestName = ({ known, family }: NameSet, text: string): string | undefined => {
  if (text.length > nameMax || !family.test(text)) return undefined;
  let nearest: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const name of known) {
    const mistakes = mistakesIn(text, name, Math.min(least - 1, mistakesMax(name, family)));
    if (mistakes === undefined) continue;
    nearest = name;
    least = mistakes;
  }
  return nearest;
};

/** Two letters are half of a short name: with both changed it is another name, not the same one misspelt. */
const mistakesMax = (name: string, family: RegExp): number => (name.replace(family, '').length <= 5 ? 1 : 2);

/**
 * Letters to insert, to leave out, to change or to swap with their neighbour so that one text becomes the other; undefined where it takes
 * more than `most`.
 */
const mistakesIn = (a: string, b: string, most: number): number | undefined => {
  if (Math.abs(a.length - b.length) > most) return undefined;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      let least = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    if (Math.min(...row) > most) return undefined;
    before = above;
    above = row;
  }
  const mistakes = above[b.length]!;
  return mistakes <= most ? mistakes : undefined;
};
