/** `npm run book`: the book into .build/book, which opens from a file. */

import { readFileSync } from 'node:fs';
import { packageFile } from '../cli/packageFiles.ts';
import { printLine } from '../report/terminal.ts';
import { writeBook } from './frame/write.ts';
import { sitePages } from './site.ts';

const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string };
const out = packageFile('.build/book');
const files = await writeBook(sitePages(), { root: packageFile('.'), out, version });
printLine(`${files} files. Open ${out}/index.html`);
