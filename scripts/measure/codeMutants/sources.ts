/** What is mutated, and the tests that it meets. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface Part {
  /** Patterns of sources. */
  readonly mutate: readonly string[];
  /** Test files, and folders of them. */
  readonly tests: readonly string[];
}

const traces = ['generated/regressions.test.ts', 'generated/vectors.test.ts', 'properties/cases', 'properties/catalogue/rules.test.ts'];
const rules = [...traces, 'model/compiled', 'model/machines'];
const judging = [...traces, 'model/judge', 'model/oracle', 'model/possible', 'properties/walker'];

/** Stryker runs each part by itself: a folder, or files of one concern. */
export const codeParts = {
  machines: { mutate: ['model/machines/*.ts'], tests: rules },
  compiled: { mutate: ['model/compiled/*.ts'], tests: rules },
  facts: { mutate: ['model/oracle/*Facts.ts'], tests: [...judging, 'model/permits'] },
  oracle: { mutate: ['model/oracle/*.ts', '!model/oracle/*Facts.ts'], tests: judging },
  product: { mutate: ['model/product/*.ts'], tests: ['model/explore', 'model/compiled', 'properties/vectors', 'properties/walker'] },
  permits: { mutate: ['model/permits/*.ts'], tests: ['model/permits', 'model/questions', 'properties/consulted'] },
  reader: {
    mutate: ['reader', 'strictJson', 'lineCutter', 'fault', 'guard', 'shape', 'format'].map((name) => `model/winsock/${name}.ts`),
    tests: ['model/judge', 'model/winsock', 'properties/catalogue/rules.test.ts'],
  },
} as const satisfies Record<string, Part>;
export type CodePart = keyof typeof codeParts;

/**
 * Tests of sizes, or of many draws, which take longer than all others together; those that ask of a graph only what holds of any graph; and
 * one that reads the sources and not what they do.
 */
const leftOut = [
  /^hand-written traces: cost /,
  /16 MiB/,
  /^every name of a family that stands in the sources/,
  /as deep as/,
  /keeps no more than some thousands/,
  /may be forgotten/,
  /^sends that overlap are read as every order/,
  /^walks of (?!smallest under page)/,
  /three thousand short histories/,
  /bounded number is kept/,
  /leaves a mark$/,
  /^after a rejection under/,
  /each subject keeps a possibility/,
  /does not load XState/,
  /facts that are kept from one answer to the next/,
  /name the rulings on which their verdicts part/,
  /^(?:the postman|a tour of the smallest configuration|the table of (?:states|places)) ›/,
];
export const isTried = (name: string): boolean => !leftOut.some((other) => other.test(name));

/** The test files of a part, below a folder that holds the project. */
export const testFilesOf = (part: CodePart, root: string): string[] =>
  codeParts[part].tests.flatMap((place) =>
    place.endsWith('.ts')
      ? [join(root, place)]
      : readdirSync(join(root, place))
          .filter((name) => name.endsWith('.test.ts'))
          .map((name) => join(root, place, name)),
  );

/** What is known of a part, in the schema of mutation-testing-report-schema: Stryker goes on from it. */
export const reportPath = (part: CodePart): string => `.build/codeMutants/${part}.json`;
