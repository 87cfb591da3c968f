/** `npm run book`: the book into .build/book, which opens from a file. */

import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import * as provider from '../../impl/provider/provider.ts';
import type { Report } from '../../properties/campaign/report.ts';
import { verifyProvider } from '../../properties/verify.ts';
import { exitCodes, reasonOf } from '../cli/exit.ts';
import { packageFile } from '../cli/packageFiles.ts';
import { printable } from '../report/printable.ts';
import { readReports } from '../report/readReports.ts';
import { printLine } from '../report/terminal.ts';
import { newDraw } from './diagrams/diagram.ts';
import { writeBook } from './frame/write.ts';
import { materialOf } from './material.ts';
import { sitePages } from './site.ts';

/** Enough for most clauses, and no more than some seconds. */
const steps = 2000;

const { report: files } = new Command('book')
  .description('Writes the book: every clause, code, ruling and question with its traces, as pages that open from a file.')
  .option('--report <file...>', 'reports of other stacks, as wspsend verify --reporter json --out FILE writes them', [])
  .parse()
  .opts<{ report: string[] }>();

const given = (file: string): readonly Report[] => {
  try {
    return readReports(readFileSync(file, 'utf8'));
  } catch (error) {
    process.stderr.write(`error: --report must name a report of wspsend verify: ${printable(file)}: ${reasonOf(error)}\n`);
    process.exit(exitCodes.unusable);
  }
};
const reports = files.flatMap(given);
for (const profile of ['page', 'docs'] as const) {
  reports.push(await verifyProvider(provider, { seed: 1, profile, steps, walks: false }));
}
const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string };
const root = packageFile('.');
const pages = sitePages(materialOf({ root, reports, draw: await newDraw() }));
const out = packageFile('.build/book');
const written = await writeBook(pages, { root, out, version });
printLine(`${written} files. Open ${out}/index.html`);
