/** One name, one thing: no two files export something of the same name. And one kind of English: the words that a stranger expects. */

import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';
import { packageFile } from './cli/packageFiles.ts';

/** Names that are declared more than once all the same, and why. One that no longer is has to leave the list. */
const shared: Readonly<Record<string, string>> = {
  // Winsock's own words. The model and our provider each have what it says of them, and may not import each other.
  Socket: 'what the oracle knows of a socket, and the socket of our provider',
  Operation: 'what the oracle knows of an operation, and the operation of our provider',
  Thread: 'what the oracle knows of a thread, and the thread that the harness plays',
  World: 'what the oracle takes to be so, and by the interface of providers what a tester can do to one',
  settle: 'what the oracle makes of it, what our provider does, and the request for it',
  pollEvent: 'what the oracle makes of it, and the request for it',
  // One word in two rooms that share no file.
  Guard: 'of a rule, and of a line',
  Answer: 'what a call gave, and what it may give',
  Question: 'what the model is asked from outside, and what a step asks of it',
  permits: 'a rule of a machine, and the question to the model',
  follow: 'the state after an event, by the oracle and by the product',
  always: 'of a compiled rule, and of a condition',
  never: 'of a compiled rule, and of a condition',
  codeName: 'the schema of a code, and the name of one',
};

/**
 * Implementations that are not ours speak for themselves, in the words of their platform. So does the second judge, which shares nothing
 * with the first.
 */
const isCounted = (path: string): boolean =>
  /\.tsx?$/.test(path) && !/\.(?:test|fixture)\.tsx?$/.test(path) && !/^(?:impl\/foreign|properties\/validator)\//.test(path);

const declared = /^export (?:abstract |async )*(?:type|interface|class|const|let|function\*?|enum) (\w+)/gm;

test('no two files export the same name, but for those whose reason is written here', () => {
  const places = new Map<string, Set<string>>();
  for (const room of ['model', 'impl', 'properties', 'scripts']) {
    for (const found of readdirSync(packageFile(room), { recursive: true, encoding: 'utf8' })) {
      const path = posix.join(room, found.replaceAll('\\', '/'));
      if (!isCounted(path)) continue;
      for (const [, name] of readFileSync(join(packageFile('.'), path), 'utf8').matchAll(declared)) {
        places.set(name!, (places.get(name!) ?? new Set()).add(path));
      }
    }
  }
  const doubled = [...places].filter(([, files]) => files.size > 1);
  const wrong = doubled.filter(([name]) => shared[name] === undefined).map(([name, files]) => `${name}: ${[...files].join(', ')}`);
  expect(wrong, 'Find a name for each that separates the two').toEqual([]);
  const idle = Object.keys(shared).filter((name) => !doubled.some(([found]) => found === name));
  expect(idle, 'Take it from the list').toEqual([]);
});

// ---- Plain English ----------------------------------------------------------------------------------------------------------------

/** What is not said here, in comments, texts and names alike, and what is said in its place. */
const avoided: readonly [what: RegExp, instead: string][] = [
  [
    /(?<![a-z])(?:un)?told(?![a-z])|(?:Unt|T)old(?![a-z])|(?<![a-z])tell(?:s|ing)?(?![a-z])|Tell(?:s|ing)?(?![a-z])/,
    'report, say, show, distinguish',
  ],
  [/(?<![a-z])besides?(?![a-z])|Besides?(?![a-z])/, 'with, next to, in addition to'],
  [/(?<![a-z])who(?:m|so)?ever(?![a-z])|Who(?:m|so)?ever(?![a-z])/, 'name who it is, or what it is'],
  [/\b[Ii]n vain\b/, 'say what did not come'],
  [/\blearn(?:s|t|ed)? of\b/, 'notice, get a report of'],
  [/\bbef(?:all|alls|ell|allen)\b/, 'happen to'],
  [/\bfor want of\b/, 'because there is no, by a shortage of'],
  [/\bnobody's to\b/, 'nobody can, nobody may'],
];
/** A part of each of them. Most files have none, and are looked at once. */
const parts = /told|tell|beside|who\w*ever|in vain|learn\w* of|bef[ae]ll|for want of|nobody's to/i;
/** Places that need such a word all the same, and why. */
const permitted: Readonly<Record<string, string>> = {
  'scripts/names.test.ts': 'lists these words',
};

const isText = (path: string): boolean =>
  /\.(?:[cm]?[jt]sx?|[chm]d?|py|json|ndjson|css|ya?ml|sh)$/.test(path) && !/node_modules\//.test(path);

test('what people read is in plain English', () => {
  const rooms = ['model', 'impl', 'properties', 'generated', 'scripts', '.github', '.ci'];
  const inRooms = rooms.flatMap((room) =>
    readdirSync(packageFile(room), { recursive: true, encoding: 'utf8' }).map((found) => posix.join(room, found.replaceAll('\\', '/'))),
  );
  const paths = ['README.md', 'CHANGELOG.md', 'package.json', ...inRooms].filter(isText);
  const found = paths.flatMap((path) => {
    const text = readFileSync(join(packageFile('.'), path), 'utf8');
    // The changes name what had another name.
    const whole = `${path}\n${path === 'CHANGELOG.md' ? text.replaceAll(/`[^`\n]*`/g, '') : text}`;
    if (!parts.test(whole)) return [];
    return whole
      .split('\n')
      .flatMap((text, line) =>
        avoided.filter(([what]) => what.test(text)).map(([what, instead]) => `${path}:${line} "${what.exec(text)![0]}": ${instead}`),
      );
  });
  const placeOf = (one: string): string => one.slice(0, one.indexOf(':'));
  expect(
    found.filter((one) => permitted[placeOf(one)] === undefined),
    'Write the sentence anew',
  ).toEqual([]);
  expect(
    Object.keys(permitted).filter((path) => !found.some((one) => placeOf(one) === path)),
    'Take it from the list',
  ).toEqual([]);
});
