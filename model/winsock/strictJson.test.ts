import { describe, expect, test } from 'vitest';
import { isWellFormedText, nestingDepth, strictJsonFault, utf8Length } from './strictJson.ts';

const faultIn = (text: string) => strictJsonFault(text, JSON.parse(text));

describe('a key stands once in its object', () => {
  test.each([
    ['at the top', '{"a":1,"a":1}'],
    ['with an object as its value', '{"a":{"b":1},"a":{"c":1}}'],
    ['inside a list', '{"l":[{"a":1,"a":2}]}'],
    ['behind an escape', '{"a":1,"\\u0061":2}'],
    ['apart from its colon', '{"a" : 1, "a"\t: 2}'],
    ['named __proto__', '{"__proto__":1,"__proto__":2}'],
    ['as a number', '{"1":1,"1":2}'],
    ['with no letters', '{"":1,"":2}'],
    ['deep below', `${'['.repeat(100)}{"a":1,"a":2}${']'.repeat(100)}`],
  ])('a second one %s is found', (_, text) => {
    expect(faultIn(text)).toMatch(/^a key must stand once in its object: /);
  });

  test.each([
    ['the same key in another object', '{"a":{"a":1},"b":{"a":1}}'],
    ['the same key in the objects of a list', '[{"a":1},{"a":1}]'],
    ['a value that equals a key', '{"a":"a","b":"a"}'],
    ['a colon in a string', '{"a":"b:c","d":"::"}'],
    ['an escaped quote before a colon', '{"a":"\\":","b":"\\\\"}'],
    ['a key of the prototype of objects', '{"constructor":1,"__proto__":{"toString":1}}'],
    ['no key', '{}'],
  ])('%s is no second key', (_, text) => {
    expect(faultIn(text)).toBeUndefined();
  });
});

describe('a surrogate has its partner', () => {
  test.each([
    ['a high one as it is', '{"a":"\ud800"}'],
    ['a low one as it is', '{"a":"\udc00x"}'],
    ['a high one escaped', '{"a":"\\ud83d"}'],
    ['a low one escaped', '{"a":"\\uDE00"}'],
    ['two in the wrong order', '{"a":"\\ude00\\ud83d"}'],
    ['a low one before another', '{"a":"\udc00\udc00"}'],
    ['one in a key', '{"\\ud800":1}'],
    ['one deep in a list', '{"x-a":[[["\\ud800"]]]}'],
  ])('%s without it is found', (_, text) => {
    expect(faultIn(text)).toMatch(/^a string must have no lone surrogate: /);
  });

  test.each([
    ['as they are', '{"a":"😀"}'],
    ['escaped', '{"a":"\\ud83d\\ude00"}'],
    ['half escaped', '{"a":"\ud83d\\ude00"}'],
    ['only spelled out behind a backslash', '{"a":"\\\\ud800"}'],
  ])('two that belong together, %s, are a character', (_, text) => {
    expect(faultIn(text)).toBeUndefined();
  });
});

test('text of a million brackets is read without recursion', () => {
  const text = `{"x-a":"\\n","x-b":${'['.repeat(5e5)}${']'.repeat(5e5)}}`;
  expect(faultIn(text)).toBeUndefined();
  expect(nestingDepth(text)).toBe(5e5 + 1);
});

test('brackets in strings do not nest', () => {
  expect(nestingDepth('{"a":"[[[\\"[[","b":[]}')).toBe(2);
});

test.each(['', 'a', 'é', '€', '😀', 'a😀é€', '\ud800', '\udc00a', '\ud800\ud800'])(
  'the UTF-8 of %j is as long as an encoder makes it',
  (text) => {
    expect(utf8Length(text)).toBe(Buffer.byteLength(text));
    expect(isWellFormedText(text)).toBe(!/[\ud800-\udfff]/u.test(text));
  },
);
