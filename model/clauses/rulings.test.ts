import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { permitsReading, profiles, readingsOf, reads } from './profiles.ts';
import { isClauseId } from './register.ts';
import { type Ruling, rulings } from './rulings.ts';

const root = new URL('../../', import.meta.url);

describe('a ruling', () => {
  const all: readonly Ruling[] = rulings;

  test('has one id', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });

  test('names clauses that exist', () => {
    expect(all.flatMap(({ clauses }) => clauses).filter((id) => !isClauseId(id))).toEqual([]);
  });

  test('has readings of its own under every profile', () => {
    for (const { id, readings } of rulings) {
      for (const profile of profiles) {
        const permitted = readingsOf(profile, id);
        expect(permitted.length, `${id} ${profile}`).toBeGreaterThan(0);
        for (const reading of permitted) expect(Object.keys(readings), `${id} ${profile}`).toContain(reading);
      }
    }
  });

  // ReadByCode
  // What:  a ruling says whether code reads it.
  // How:   the names of its readings, as code asks for them, are looked for in the rules, the oracle, the explorer and the campaign.
  // Kills: ruling-forgotten, ruling-read-in-secret.
  test('is read by code exactly when it says so', () => {
    const folders = ['model/machines', 'model/oracle', 'model/explore', 'model/permits', 'properties/campaign'];
    const sources = folders
      .flatMap((folder) => readdirSync(new URL(folder, root)).map((name) => `${folder}/${name}`))
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      // A rule that says by which reading it permits does not ask for it.
      .map((file) => readFileSync(new URL(file, root), 'utf8').replace(/permitsBy\('[^']+'/g, ''));
    const readers = all.map(({ id, readings }) => {
      const names = Object.keys(readings).map((reading) => `'${id}:${reading}'`);
      return [id, sources.some((source) => names.some((name) => source.includes(name))) ? 'code' : 'people'];
    });
    expect(readers).toEqual(all.map(({ id, readBy }) => [id, readBy]));
  });
});

describe('a profile', () => {
  test('differs from the others', () => {
    expect(profiles.map((profile) => reads(profile, 'CloseCancels:open'))).toEqual([true, false, false]);
    expect(profiles.map((profile) => reads(profile, 'M1:takes-all'))).toEqual([false, false, true]);
    expect(profiles.map((profile) => permitsReading(profile, 'D4:same-process'))).toEqual([true, false, false]);
  });

  test('reads what it names only', () => {
    // @ts-expect-error the reading belongs to another ruling
    expect(reads('page', 'M1:open')).toBe(false);
    // @ts-expect-error no code may decide by a ruling that is there for people
    expect(reads('page', 'D8:any-applicable')).toBe(true);
  });
});
