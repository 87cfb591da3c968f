/** A generated tour as tests of the provider: each path is a sequence of requests, and each answer is judged. */

import { afterAll, describe, expect, test } from 'vitest';
import * as provider from '../../impl/provider/provider.ts';
import type { Profile } from '../../model/clauses/profiles.ts';
import { labelText } from '../../model/product/labelText.ts';
import { providerImplementation } from '../harness/implementation.ts';
import { PathTour } from '../tours/drive.ts';
import type { TourDigest, TourFile } from './generated.ts';
import { graphOf, hashOfPaths, type NamedPath, namedPaths, type TourPlan, tourOf } from './tours.ts';

/** As many paths are one test, so that a tour of thousands stays readable in a report. */
const pathsPerTest = 100;

/** A file as TypeScript reads JSON: its words are no literals. */
type Words = 'wspsend' | 'slice' | 'profile' | 'covers';
type Read<T> = Omit<T, Words | 'paths'> & { readonly [word in Words]: string };
type TourData = Read<TourFile> & { readonly paths: object };
type DigestData = Read<TourDigest> & { readonly paths: number };

export function testTour(name: string, tour: TourData | DigestData): void {
  const profile = tour.profile as Profile;
  const plan = { slice: tour.slice, bounds: tour.bounds, covers: tour.covers } as TourPlan;
  const graph = graphOf(plan, profile);
  const following = new PathTour(providerImplementation(provider), graph, { profile });
  const made = namedPaths(plan, graph, tourOf(plan, graph));
  const paths = 'hash' in tour ? made : (Object.entries(tour.paths) as NamedPath[]);
  let shown = 0;
  let whole = 0;
  let steps = 0;
  describe(`the provider on the tour ${name}`, () => {
    test('the tour is that of the model', () => {
      if ('hash' in tour) {
        expect([paths.length, hashOfPaths(paths)]).toEqual([tour.paths, tour.hash]);
        return;
      }
      expect(graph.kernel.labels.map(labelText)).toEqual(tour.labels);
      expect(tour.paths).toEqual(Object.fromEntries(made));
    });
    for (let from = 0; from < paths.length; from += pathsPerTest) {
      const some = paths.slice(from, from + pathsPerTest);
      test(`conforms on the paths ${some[0]![0]} to ${some[some.length - 1]![0]}`, async () => {
        for (const [id, numbers] of some) {
          const path = numbers.split(' ').map((index) => graph.kernel.labels[Number(index)]!);
          const followed = await following.follow(path);
          expect(followed.result.deviation, `${id}: ${path.map(labelText).join(', ')}`).toBeUndefined();
          shown += followed.steps;
          steps += path.length;
          if (followed.steps === path.length) whole++;
        }
      });
    }
    afterAll(() => {
      process.stdout.write(
        `${name}: ${shown} of ${steps} steps shown, ${whole} of ${paths.length} paths to their end; the others are inconclusive\n`,
      );
    });
  });
}
