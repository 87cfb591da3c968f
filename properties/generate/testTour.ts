/** A generated tour as tests of the provider: each path is a sequence of requests, and each answer is judged. */

import { afterAll, describe, expect, test } from 'vitest';
import * as provider from '../../impl/provider/provider.ts';
import type { Profile } from '../../model/clauses/profiles.ts';
import { explore } from '../../model/explore/explore.ts';
import { labelText } from '../../model/explore/labelText.ts';
import { type SliceName, slices } from '../../model/explore/slices.ts';
import { providerImplementation } from '../harness/implementation.ts';
import { followPath } from '../tours/drive.ts';
import { Seen } from '../tours/seen.ts';
import type { TourFile } from './generated.ts';

/** As many paths are one test, so that a tour of thousands stays readable in a report. */
const pathsPerTest = 100;

interface TourData extends Omit<TourFile, 'profile' | 'paths' | 'wspsend'> {
  readonly wspsend: string;
  readonly profile: string;
  readonly paths: object;
}

export function testTour(name: string, tour: TourData): void {
  const profile = tour.profile as Profile;
  const graph = explore({ slice: slices[tour.slice as SliceName], bounds: tour.bounds, profile });
  const seen = new Seen(graph);
  const implementation = providerImplementation(provider);
  const paths = Object.entries(tour.paths as Record<string, string>);
  let shown = 0;
  let whole = 0;
  let steps = 0;
  describe(`the provider on the tour ${name}`, () => {
    test('the labels are those of the model', () => {
      expect(graph.kernel.labels.map(labelText)).toEqual(tour.labels);
    });
    for (let from = 0; from < paths.length; from += pathsPerTest) {
      const some = paths.slice(from, from + pathsPerTest);
      test(`conforms on the paths ${some[0]![0]} to ${some[some.length - 1]![0]}`, async () => {
        for (const [id, numbers] of some) {
          const path = numbers.split(' ').map((index) => graph.kernel.labels[Number(index)]!);
          const followed = await followPath(implementation, seen, path, { profile });
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
