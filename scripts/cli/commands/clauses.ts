/** `wspsend clauses`: the matrix from each clause to what stands behind it, and the cover of the page by the clauses. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { Clause } from '../../../model/clauses/clause.ts';
import { coverFile, type Edition, type EditionReport, editionReading, editions } from '../../../model/clauses/editions.ts';
import { placeName } from '../../../model/clauses/page.ts';
import { type Profile, profiles, readingsOf } from '../../../model/clauses/profiles.ts';
import { chapters, clause } from '../../../model/clauses/register.ts';
import { rulings } from '../../../model/clauses/rulings.ts';
import { sentenceHashes } from '../../../model/clauses/sentenceHashes.ts';
import { unmetRules } from '../../../model/explore/unmet.ts';
import type { MutantFile } from '../../../properties/catalogue/recorded.ts';
import { isReadingOf, isShown, type Shown } from '../../../properties/choices/choice.ts';
import { choicesOf } from '../../../properties/choices/choices.ts';
import { unnoticed } from '../../../properties/properties.ts';
import { type ClauseRow, clauseRows, columns, type Generated, holesOf } from '../../report/matrix.ts';
import { printable } from '../../report/printable.ts';
import { coloursOf, printLine } from '../../report/terminal.ts';
import { chosenFrom } from '../choices.ts';
import { clausesNamed } from '../clausesNamed.ts';
import { exitCodes, UnusableInput } from '../exit.ts';
import { endHelp } from '../help.ts';
import { readInput } from '../inputs.ts';
import { packageFile } from '../packageFiles.ts';

interface ClausesOptions {
  readonly oracleOnly?: Profile;
  readonly json?: true;
  readonly page?: string;
}

export const addClauses = (program: Command): void => {
  const command = program
    .command('clauses')
    .summary('the rules of the page, each with its tests and mutants')
    .description('Shows every clause of the page, or one of them in full, with its rules, tests, properties and mutants.')
    .argument('[words...]', 'a clause to follow, such as Nonoverlapped:4; a section, such as MSG_PARTIAL; a ruling, such as D1; or words')
    .option('--json', 'an array of clauses; with --page, the result of the comparison')
    .addOption(
      chosenFrom(
        new Option('--oracle-only <profile>', 'the rules that only the oracle can judge: no step of the bounded model meets them'),
        profiles,
      ),
    )
    .option('--page <file>', 'compare the clauses with the text of the page instead')
    .action(async (words: string[], { json, page, oracleOnly }: ClausesOptions) => {
      const id = words.length === 0 ? undefined : words.join(' ');
      if (oracleOnly !== undefined) {
        if (page !== undefined || id !== undefined)
          throw new UnusableInput('--oracle-only shows rules: no clause and no page may be named with it');
        showUnmet(oracleOnly, json === true);
        return;
      }
      if (page !== undefined && id !== undefined) {
        throw new UnusableInput(`--page compares all clauses, so no clause may be named with it: ${printable(id)}`);
      }
      process.exitCode = page === undefined ? showMatrix(id, json === true) : await showCover(page, json === true);
    });
  endHelp(command, {
    0: 'nothing is missing',
    1: 'a modelled clause lacks its rule, its test, its property or its mutants, or the page and the clauses differ',
    2: 'no clause has this name or these words, or the page cannot be read',
  });
};

// ---- Rules with one voice ------------------------------------------------------------------------------------------------------

/** Prints the permitting rules that exploration never meets, with the clauses that they stand on and why they are not met. */
function showUnmet(profile: Profile, json: boolean): void {
  const { rules, permitting } = unmetRules(profile);
  const rows = rules.map(({ rule: { id, clauses }, notDerived }) => ({ id, clauses, notDerived }));
  if (json) {
    printLine(JSON.stringify(rows));
    return;
  }
  for (const { id, clauses, notDerived } of rows) {
    printLine(`${id}  ${clauses.join(', ')}`.trimEnd());
    for (const why of notDerived) printLine(`  ${why}`);
  }
  printLine('');
  printLine(`${rows.length} of ${permitting} permitting rules of the profile ${profile} are met by no slice at its least bounds`);
}

// ---- The matrix ----------------------------------------------------------------------------------------------------------------

/** The rows, with the tests that are kept in generated/. */
export const keptRows = (): ClauseRow[] => {
  const read = <T>(name: string): T => JSON.parse(readFileSync(packageFile(name), 'utf8')) as T;
  return clauseRows({ ...read<Omit<Generated, 'mutants'>>('generated/manifest.json'), ...read<MutantFile>('generated/mutants.json') });
};

/** Prints the rows, or one of them in full, and gives the exit status: bad where a row has a hole. */
export function showMatrix(words: string | undefined, json: boolean, all: readonly ClauseRow[] = keptRows()): number {
  const named = words === undefined ? undefined : clausesNamed(words);
  const rows = named === undefined ? all : named.ids.flatMap((id) => all.filter((row) => row.id === id));
  const holes = rows.filter((row) => holesOf(row).length > 0);
  if (json) printLine(JSON.stringify(rows));
  else if (named === undefined) printMatrix(rows, holes);
  else if (named.by === 'words') printFound(rows);
  else for (const row of rows) printChain(row);
  return holes.length === 0 ? exitCodes.good : exitCodes.bad;
}

/** What was found by words, one line each. */
function printFound(rows: readonly ClauseRow[]): void {
  const colours = coloursOf(process.stdout);
  for (const row of rows) {
    const { source, text } = clause(row.id);
    printLine(`${colours.bold(row.id)}  ${text} ${colours.dim(`(${placeName(source)} of the page)`)}${rulingNote(row)}`);
  }
}

/** Names of a column, beyond which they are counted. */
const namesMax = 24;

/** One clause, from its sentence to all that stands behind it. */
function printChain(row: ClauseRow): void {
  const colours = coloursOf(process.stdout);
  const { source, text, status } = clause(row.id);
  const say = (title: string, lines: readonly string[]): void => {
    for (const [at, line] of lines.entries()) printLine(`  ${(at === 0 ? title : '').padEnd('properties'.length)}  ${line}`);
  };
  printLine(`${colours.bold(row.id)}  ${text}`);
  say('sentence', [`${placeName(source)} of the page (section paragraph.sentence), SHA-256 ${sentenceHashes[row.id]}…`]);
  say('status', [`${row.status}${statusNote({ status })}`]);
  for (const ruling of rulings.filter(({ id }) => row.rulings.includes(id))) {
    say('ruling', [
      `${ruling.id}  ${ruling.question}${ruling.readBy === 'people' ? ' (no code reads it)' : ''}`,
      ...Object.entries(ruling.readings).map(([name, reading]) => {
        const permittedBy = profiles.filter((profile) => readingsOf(profile, ruling.id).includes(name));
        return `  ${name} (${permittedBy.join(', ') || 'no profile'}): ${reading}`;
      }),
    ]);
  }
  for (const { about, own, others } of choicesOf(row.id)) {
    say('choice', [
      `${about}  our provider ${own.does}${isShown(own) ? permittedBy(own) : ` (no trace shows it: ${own.because})`}`,
      ...others.map((other) => `  or, by ${other.by.join(' and ')}, it ${other.does}${permittedBy(other)}`),
    ]);
  }
  for (const column of columns) {
    const shown = row[column].slice(0, namesMax);
    const more = row[column].length - shown.length;
    say(column, more === 0 ? shown : [...shown, `and ${more} more`]);
  }
  const excuse = unnoticed[row.id];
  if (excuse !== undefined) say('no property', [excuse]);
  for (const hole of holesOf(row)) {
    if (hole === 'unnoticed') say('properties', [colours.red('excused, although a property notices it')]);
    else say(hole, [colours.red(hole === 'mutants' ? 'too few: a modelled clause needs three' : 'none, and a modelled clause needs one')]);
  }
}

const permittedBy = (shown: Shown): string => ` (${profiles.filter((profile) => isReadingOf(shown, profile)).join(', ')})`;

function printMatrix(rows: readonly ClauseRow[], holes: readonly ClauseRow[]): void {
  const colours = coloursOf(process.stdout);
  const shown = columns.filter((column) => rows.some((row) => row[column].length > 0));
  const byId = new Map<string, ClauseRow>(rows.map((row) => [row.id, row]));
  const idWidth = Math.max(...rows.map(({ id }) => id.length));
  const cellsOf = (row: ClauseRow): string => shown.map((column) => String(row[column].length || '·').padStart(column.length)).join('  ');
  printLine(colours.dim(`  ${'clause'.padEnd(idWidth)}  ${'status'.padEnd(statusWidth)}  ${shown.join('  ')}  what it says`));
  for (const { title, clauses } of chapters) {
    printLine(colours.bold(title));
    for (const entry of clauses) {
      const row = byId.get(entry.id)!;
      const missing = holesOf(row);
      const id = entry.id.padEnd(idWidth);
      const note = missing.length > 0 ? colours.red(` (${missing.map(holeText).join(', ')})`) : rulingNote(row);
      printLine(
        `  ${missing.length > 0 ? colours.red(id) : id}  ${row.status.padEnd(statusWidth)}  ${cellsOf(row)}  ${entry.text}${statusNote(entry)}${note}`,
      );
    }
  }
  const modelled = rows.filter(({ status }) => status === 'modelled').length;
  printLine(
    `\n${rows.length} clauses, ${modelled} of them modelled; ${holes.length === 0 ? 'no holes' : `holes: ${holes.map(({ id }) => id).join(', ')}`}`,
  );
}

const holeText = (hole: ReturnType<typeof holesOf>[number]): string => (hole === 'unnoticed' ? 'excuse no longer needed' : `no ${hole}`);

const statusWidth = 'contradicted'.length;

const rulingNote = ({ rulings }: ClauseRow): string => (rulings.length === 0 ? '' : ` [${rulings.join(', ')}]`);

const statusNote = ({ status }: Pick<Clause, 'status'>): string => {
  if (status.is === 'restates') return ` → ${status.clause}`;
  return status.is === 'informative' ? ` (${status.because})` : '';
};

// ---- The cover of the page -----------------------------------------------------------------------------------------------------

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** Many times the length of the page. */
const pageBytesMax = 2 ** 24;

async function showCover(file: string, json: boolean): Promise<number> {
  const report = coverFile(await readInput(file, { wanted: '--page must name a text', bytesMax: pageBytesMax }), sha256);
  if (json) printLine(JSON.stringify(report));
  else for (const line of coverLines(file, report)) printLine(line);
  return report.isKnown ? exitCodes.good : exitCodes.bad;
}

function* coverLines(file: string, report: EditionReport): Generator<string> {
  const { spans, clauses, uncovered, missing, stale, moved, duplicates } = report;
  const edition = editions.find(({ name }) => name === report.edition)!;
  for (const span of uncovered) yield `no clause      ${placeName(span)}  ${printable(span.text)}`;
  for (const { clause, source } of missing)
    yield `no sentence    ${clause} was read from ${placeName(source)}, which the page does not have`;
  for (const { clause, expected, found, text } of stale) {
    const other = editionReading(clause, found);
    const as = other === undefined ? '' : `, as in the edition ${other.name}`;
    yield `reads anew     ${clause} (${expected}, now ${found}${as})  ${printable(text)}`;
  }
  for (const { clause, from, to } of moved) yield `moved          ${clause} from ${placeName(from)} to ${placeName(to)}`;
  for (const id of duplicates) yield `one id twice   ${id}`;
  if (report.isKnown) yield* changeLines(edition);
  const faults = uncovered.length + missing.length + stale.length + moved.length + duplicates.length;
  const verdict = faults === 0 ? 'each statement has its clause, and reads as it did' : `${faults} differences`;
  yield `edition ${edition.name}${report.isKnown ? '' : ', or one made from it'}: ${edition.title} (${edition.dated})`;
  yield `${printable(file)}: ${spans} statements, ${clauses} clauses: ${verdict}`;
}

/** What is known to differ from where the clauses were read from. */
function* changeLines({ changes }: Edition): Generator<string> {
  for (const [id, change] of Object.entries(changes)) {
    if (change.is === 'replaced') yield `replaced       ${id}  ${change.text} [${change.rulings.join(', ')}] ${change.effect}`;
  }
  const count = (is: string): number => Object.values(changes).filter((change) => change.is === is).length;
  if (count('reworded') > 0) yield `reworded       ${count('reworded')} clauses, which say the same`;
  if (count('elsewhere') > 0)
    yield `elsewhere      ${count('elsewhere')} clauses of the prototype, which the source of the page does not have`;
}
