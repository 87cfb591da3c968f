/**
 * Which mutant is active, and how often each was met.
 *
 * Each place that Stryker changes asks for the first and counts the second. What Stryker puts there compares texts and counts by name, in
 * each file anew, and takes more of a run than all that is tested. This knows mutants by their numbers, once for all files.
 */

/** How often each mutant was met, by its name. */
export type Counts = Record<string, number>;

/** More than Stryker makes of any part. */
const mutantsMax = 1 << 16;
const none = -1;

const counts = new Uint32Array(mutantsMax);
let active = none;
let hits = 0;
let hitLimit = Infinity;

/** What the changed sources call by these names. */
const called = {
  stryMutAct_9fa48(mutant: number): boolean {
    if (mutant !== active) return false;
    if (++hits > hitLimit) throw new Error(`the mutant was met more than ${hitLimit} times`);
    return true;
  },
  stryCov_9fa48(...mutants: number[]): void {
    for (let i = 0; i < mutants.length; i++) counts[mutants[i]!]!++;
  },
};
const place = 'wspsendMutants';
Object.assign(globalThis, { [place]: called });

/** A source that Stryker changed, with these in the place of what Stryker put at its head. */
export function switched(code: string): string {
  const begin = code.indexOf('function stryNS_9fa48()');
  if (begin < 0) return code;
  const last = code.indexOf('function stryMutAct_9fa48(', begin);
  const end = code.indexOf('\n}\n', last);
  if (last < 0 || end < 0) throw new Error('Stryker must define stryMutAct_9fa48 at the head of a file that it changes');
  const head = `const { ${Object.keys(called).join(', ')} } = globalThis.${place};\n`;
  const rest = code.slice(end + 3).replace(/\b(?:stryMutAct|stryCov)_9fa48\(["\d, ]+\)/g, (call) => call.replaceAll('"', ''));
  return `${code.slice(0, begin)}${head}${rest}`;
}

/** From here on this mutant is active, and may be met so often. */
export function switchTo(mutant: string | undefined, limit = Infinity): void {
  active = mutant === undefined ? none : Number(mutant);
  hits = 0;
  hitLimit = limit;
}

/** How often the active mutant was met. */
export const hitsOf = (): number => hits;

/** How often each was met since the last time that it was asked. */
export function takeCounts(): Counts {
  const met: Counts = {};
  for (let mutant = 0; mutant < mutantsMax; mutant++) if (counts[mutant]! > 0) met[mutant] = counts[mutant]!;
  counts.fill(0);
  return met;
}
