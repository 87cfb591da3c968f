/**
 * What JSON.parse lets pass: of two equal keys it keeps the last, and an unpaired surrogate is a string like any other.
 * Either would let one line mean different things to two readers, so a line that has one is malformed.
 */

/**
 * Why the text of a JSON value that JSON.parse has already read as `value` is not strict JSON, or undefined when it is.
 *
 * Two passes. Nearly every line is plain (no escapes, no surrogates, not deep), and then as many colons outside strings as keys in
 * the value mean that no key was lost. Only the others are read token by token.
 */
export const strictJsonFault = (text: string, value: unknown): string | undefined => {
  const colons = plainColons(text);
  return colons >= 0 && colons === keyCount(value) ? undefined : tokenFault(text);
};

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

// keyCount walks the value by recursion, so a deep text is not plain.
const plainDepthMax = 64;

/** Colons outside strings, or -1 when the text is not plain. */
const plainColons = (text: string): number => {
  let colons = 0;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === quote) {
      for (;;) {
        const inside = text.charCodeAt(++i);
        if (inside === quote) break;
        if (inside === backslash || (inside >= 0xd800 && inside <= 0xdfff)) return -1;
      }
    } else if (unit === colon) colons++;
    else if (opens(unit)) {
      if (++depth > plainDepthMax) return -1;
    } else if (closes(unit)) depth--;
  }
  return colons;
};

const keyCount = (value: unknown): number => {
  if (typeof value !== 'object' || value === null) return 0;
  let keys = 0;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (typeof value[i] === 'object') keys += keyCount(value[i]);
  } else {
    for (const name in value) {
      keys++;
      const part = (value as Record<string, unknown>)[name];
      if (typeof part === 'object') keys += keyCount(part);
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
