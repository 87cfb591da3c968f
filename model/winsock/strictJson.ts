/**
 * What JSON.parse lets pass: of two equal keys it keeps the last, and an unpaired surrogate is a string like any other.
 * Either would let one line mean different things to two readers, so a line that has one is malformed.
 */

/**
 * Why the text of a JSON value that JSON.parse has already read as `value` is not strict JSON, or undefined when it is.
 *
 * Nearly every line is plain (no escapes, no surrogates, not deep), and then as many colons outside strings as keys in the value mean that
 * no key was lost. Where there are no more colons than keys, none is in a string, and they are found the fast way. Only a line that is not
 * plain is read token by token.
 */
export const strictJsonFault = (text: string, value: unknown): string | undefined => {
  const keys = keyCount(value, 0);
  const isPlain =
    !text.includes('\\') && !surrogate.test(text) && (colonsIn(text) === keys || colonsIn(text.replace(strings, '')) === keys);
  return isPlain ? undefined : tokenFault(text);
};

/**
 * The value of a text that says one thing to all who read it.
 *
 * @throws RangeError that begins with `subject`.
 */
export function strictJsonValue(text: string, subject: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RangeError(`${subject} must be JSON: ${error instanceof Error ? error.message : error}`);
  }
  const fault = strictJsonFault(text, value);
  if (fault !== undefined) throw new RangeError(`${subject} must mean one thing: ${fault}`);
  return value;
}

/** True when every surrogate of the string has its partner. */
export const isWellFormedText = (text: string): boolean => {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0xd800 || unit > 0xdfff) continue;
    const next = text.charCodeAt(i + 1);
    if (unit > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return false;
    i++;
  }
  return true;
};

/** Bytes of the string in UTF-8. */
export const utf8Length = (text: string): number => {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // A pair is two units and four bytes; an unpaired surrogate would be written as U+FFFD, three bytes for one unit.
    if (unit > 0x7f) bytes += unit > 0x7ff ? 2 : 1;
    if (unit >= 0xd800 && unit <= 0xdbff) {
      const next = text.charCodeAt(i + 1);
      if (next >= 0xdc00 && next <= 0xdfff) i++;
    }
  }
  return bytes;
};

/** How deep brackets nest, where the text is JSON. */
export const nestingDepth = (text: string): number => {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === quote) i = endOfString(text, i);
    else if (opens(unit)) deepest = Math.max(deepest, ++depth);
    else if (closes(unit)) depth--;
  }
  return deepest;
};

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const opens = (unit: number): boolean => unit === 0x7b || unit === 0x5b;
const closes = (unit: number): boolean => unit === 0x7d || unit === 0x5d;

const surrogate = /[\ud800-\udfff]/;
/** The strings of a plain text. */
const strings = /"[^"]*"/g;

// A line is a slice of a longer text, of which a loop over its units looks each of them up anew.
const colonsIn = (text: string): number => {
  let colons = 0;
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) colons++;
  return colons;
};

// By recursion, so that a deep value is not plain.
const plainDepthMax = 64;

/** Keys of the value and of all that it holds; NaN when it is deep. */
const keyCount = (value: unknown, depth: number): number => {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth === plainDepthMax) return Number.NaN;
  let keys = 0;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (typeof value[i] === 'object') keys += keyCount(value[i], depth + 1);
  } else {
    for (const name in value) {
      keys++;
      const part = (value as Record<string, unknown>)[name];
      if (typeof part === 'object') keys += keyCount(part, depth + 1);
    }
  }
  return keys;
};

// A string is a key exactly when a colon follows it: the text is known to be JSON.
const tokenFault = (text: string): string | undefined => {
  // Made with the first key: a list has none, and may nest as deep as a line is long.
  const seen: (Set<string> | undefined)[] = [];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (opens(unit)) seen.push(undefined);
    else if (closes(unit)) seen.pop();
    else if (unit === quote) {
      const end = endOfString(text, i);
      const token = text.slice(i, end + 1);
      const decoded = token.includes('\\') ? (JSON.parse(token) as string) : token.slice(1, -1);
      if (!isWellFormedText(decoded)) return `a string must have no lone surrogate: ${excerpt(decoded)}`;
      i = end;
      if (colonFollows(text, end + 1)) {
        const keys = (seen[seen.length - 1] ??= new Set());
        if (keys.has(decoded)) return `a key must stand once in its object: ${excerpt(decoded)}`;
        keys.add(decoded);
      }
    }
  }
  return undefined;
};

const endOfString = (text: string, start: number): number => {
  for (let i = start + 1; ; i++) {
    const unit = text.charCodeAt(i);
    if (unit === quote || Number.isNaN(unit)) return i;
    if (unit === backslash) i++;
  }
};

const colonFollows = (text: string, from: number): boolean => {
  let i = from;
  while (text.charCodeAt(i) <= 0x20) i++;
  return text.charCodeAt(i) === colon;
};

/** A value short enough for a message; JSON.stringify writes a lone surrogate as its escape. */
export const excerpt = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
