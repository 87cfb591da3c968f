/**
 * A profile is a choice among the readings that `rulings.ts` lists. Each is another one but for its differences, so that a new one is one
 * declaration:
 *
 *   const reactos = like(docs, { M2: ['oversize-pends'] });
 */

import { type DecidingRulingId, type ReadingName, type RulingId, rulings } from './rulings.ts';

/** The readings that a profile permits, by ruling. */
type Choice = ReadonlyMap<RulingId, readonly string[]>;
type Differences = { readonly [Id in RulingId]?: readonly ReadingName<Id>[] };

const like = (other: Choice, differences: Differences): Choice =>
  new Map([...other, ...(Object.entries(differences) as [RulingId, readonly string[]][])]);

/** The page alone, to the letter: where it is silent or at odds with itself, everything that it can mean is permitted. */
const page: Choice = new Map(rulings.map(({ id, page }) => [id, page]));

/** The page, with its open points closed by the sibling pages. */
const docs = like(page, {
  D1: ['no-room', 'too-many-outstanding'],
  D2: ['corrected-only'],
  D4: ['any-process'],
  D6: ['never-inside'],
  D7: ['synchronous'],
  D9: ['spi-function'],
  D10: ['zero-length', 'drains'],
  M9: ['net-reset'],
  M10: ['shut-down'],
  CloseCancels: ['binding'],
  CloseDelivers: ['binding'],
  LingerZero: ['binding'],
  EventReset: ['binding'],
  EventUpcall: ['by-upcall'],
  EventAfterZero: ['binding'],
  IncompleteCount: ['untouched'],
  WaitingResult: ['binding'],
  Packets: ['one-each'],
  Readiness: ['binding'],
  BeyondTheTable: ['with-cause'],
  InterruptedCode: ['interrupted'],
  FaultOfCount: ['binding'],
  OrderlyClose: ['no-failure'],
});

/** The page and its siblings, except where Windows' own provider behaves differently. */
const msafd = like(docs, {
  D1: ['too-many-outstanding'],
  D5: ['filled'],
  M1: ['takes-all'],
  M2: ['oversize-pends'],
  M3: ['connection-aborted'],
  M4: ['not-connected'],
  M5: ['never-raised'],
  M6: ['port-survives'],
  M7: ['blocks'],
  M8: ['not-supported'],
  M9: ['reset-or-aborted'],
  M10: ['shut-down', 'aborted-too'],
});

const choices = { page, docs, msafd } as const;

/** Which reading of the page to judge by: `page` alone, `docs` with its sibling pages, `msafd` as Windows’ own provider. */
export type Profile = keyof typeof choices;
/** Every profile, the one that permits most first. */
export const profiles = Object.keys(choices) as readonly Profile[];
export type PerProfile<T> = { readonly [profile in Profile]: T };

/** A reading by its full name, `<ruling>:<reading>`. */
export type AnyReading = { [Id in RulingId]: `${Id}:${ReadingName<Id>}` }[RulingId];
/** One that code may decide by: of a ruling that says so. */
export type Reading = { [Id in DecidingRulingId]: `${Id}:${ReadingName<Id>}` }[DecidingRulingId];

/** The readings of a ruling that a profile permits. */
export const readingsOf = (profile: Profile, ruling: RulingId): readonly string[] => choices[profile].get(ruling)!;

// The oracle asks several times a step, so a full name is looked up as it is.
const fullNames = (choice: Choice): ReadonlySet<string> =>
  new Set([...choice].flatMap(([id, names]) => names.map((name) => `${id}:${name}`)));
const permitted: Record<string, ReadonlySet<string>> = Object.fromEntries(
  profiles.map((profile) => [profile, fullNames(choices[profile])]),
);

const namesOf = (profile: Profile, ruling: RulingId): string => [...readingsOf(profile, ruling)].sort().join();

/** Whether two profiles permit the same readings of a ruling, in whatever order they list them. */
export const readAlike = (a: Profile, b: Profile, ruling: RulingId): boolean => namesOf(a, ruling) === namesOf(b, ruling);

/** The rulings that two profiles read differently. */
export const rulingsApart = (a: Profile, b: Profile): readonly RulingId[] => [...choices[a].keys()].filter((id) => !readAlike(a, b, id));

/**
 * The profile that is like this one, except that it permits these readings of one ruling. It answers what that ruling decides, is in no
 * list, and works wherever readings are asked for.
 */
export function withReadings(profile: Profile, ruling: RulingId, readings: readonly string[]): Profile {
  const name = `${profile}, ${ruling} as ${[...readings].sort().join()}`;
  permitted[name] ??= fullNames(new Map([...choices[profile], [ruling, readings]]));
  return name as Profile;
}

/** The same, with the readings that another profile permits. */
export const withRulingOf = (profile: Profile, ruling: RulingId, other: Profile): Profile =>
  withReadings(profile, ruling, readingsOf(other, ruling));

/** Whether a profile permits a reading. */
export const permitsReading = (profile: Profile, reading: AnyReading): boolean => permitted[profile]!.has(reading);

/** The same, for code that decides by it: a reading of a ruling that is said to be read by people alone does not compile. */
export const reads = (profile: Profile, reading: Reading): boolean => permitted[profile]!.has(reading);
