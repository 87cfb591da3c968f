/** The reports of mutation testing: of the clauses, and of our own code as far as it was mutated on this machine. */

import type { schema } from '@stryker-mutator/api/core';
import type { BookPage } from '../frame/bookPage.ts';
import type { Material } from '../material.ts';
import { clauseReport } from './clauseReport.ts';

const script = 'scripts/book/mutants/report.ts';

export const reportPages = ({ mutants, codeReport, version }: Material): BookPage[] => [
  {
    path: 'mutants/clauses.html',
    title: 'Mutants by section of the page',
    summary: 'The report of mutation testing with the sections of the page in the place of files.',
    part: 'mutants',
    width: 'wide',
    script,
    body: () => (
      <Report title="Mutants by section of the page" report={clauseReport([...mutants.values()], version)}>
        Each section of the page is a file here, and each clause a line of it. The mutants of a line break that clause first.
      </Report>
    ),
  },
  {
    path: 'mutants/code.html',
    title: 'Mutants of our own code',
    summary: 'The report of Stryker on the guards, the facts, the product, the oracle and the reader.',
    part: 'mutants',
    width: 'wide',
    ...(codeReport !== undefined && { script }),
    body: () => (
      <Report title="Mutants of our own code" report={codeReport}>
        What <code>npm run mutants:code</code> found: changes of our own code, and the tests that notice them.
      </Report>
    ),
  },
];

interface ReportProps {
  readonly title: string;
  readonly report: schema.MutationTestResult | undefined;
  readonly children: preact.ComponentChildren;
}

/** A report in the page itself: a browser loads nothing from a file. */
function Report({ title, report, children }: ReportProps) {
  return (
    <>
      <h1>{title}</h1>
      <p class="lead">{children}</p>
      {report === undefined ? (
        <p>It has not run on this machine. Run it, and make the book again.</p>
      ) : (
        <>
          <div id="report">
            <p>The report needs JavaScript, which is off in this browser. The list of mutants works without it.</p>
          </div>
          <script
            type="application/json"
            id="report-data"
            dangerouslySetInnerHTML={{ __html: JSON.stringify(report).replaceAll('<', '\\u003c') }}
          />
        </>
      )}
    </>
  );
}
