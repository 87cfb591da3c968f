/** A consultation in the words of a terminal. */

import { type Profile, profiles } from '../../model/clauses/profiles.ts';
import { readTrace } from '../../model/winsock/reader.ts';
import type { Consultation, ConsultedRuling, ConsultedTrace } from '../consult/consultation.ts';
import type { Entry } from '../consult/entries.ts';
import { stepText } from './stepText.ts';
import type { Colours } from './terminal.ts';

const titles = { question: 'question', clause: 'clause', ruling: 'ruling', code: 'code', flag: 'flag', call: 'call' } as const;
const titleWidth = 'broken by'.length;

const titled = (title: string, lines: readonly string[]): string[] =>
  lines.map((line, at) => `  ${(at === 0 ? title : '').padEnd(titleWidth)}  ${line}`);

export function consultationLines(consultation: Consultation, colours: Colours): string[] {
  const { entry, answer, profile, clauses, rulings, notes, shown, broken, askedAt } = consultation;
  const head =
    entry.kind === 'question'
      ? entry.title
      : `${entry.id}${entry.title.startsWith(entry.id) ? entry.title.slice(entry.id.length) : `  ${entry.title}`}`;
  return [
    `${colours.bold(head)} ${colours.dim(`(profile ${profile})`)}`,
    ...(answer === undefined ? [] : ['', ...wrapped(answer).map((line) => `  ${line}`), '']),
    ...titled(
      'clauses',
      clauses.map(({ id, text, place }) => `${id}  ${text} ${colours.dim(`(${place} of the page)`)}`),
    ),
    ...titled(
      'rulings',
      rulings.flatMap((ruling) => rulingLines(ruling, profile)),
    ),
    ...titled('also', notes),
    ...titled('shown by', shown === undefined ? [] : traceLines(shown, profile, colours)),
    ...titled('broken by', broken === undefined ? [] : traceLines(broken, profile, colours)),
    ...titled('asked at', askedAt),
  ];
}

/** The reading in force, and how the other profiles differ. */
function rulingLines({ id, question, permitted, readings }: ConsultedRuling, profile: Profile): string[] {
  const namesOf = (each: Profile): string => [...permitted[each]].sort().join();
  const ordered = [profile, ...profiles.filter((each) => each !== profile)];
  const groups = [...new Set(ordered.map(namesOf))].map((names) => ordered.filter((each) => namesOf(each) === names));
  return [
    `${id}  ${question}`,
    ...groups.flatMap((alike, at) => {
      const who = `${alike.join(', ')}${at === 0 ? '' : alike.length > 1 ? ' differ' : ' differs'}`;
      return permitted[alike[0]!].map((name, nth) => `  ${nth === 0 ? `${who}:` : 'or:'} ${readings[name]}`);
    }),
  ];
}

/** Its steps, the verdict of the profile on the last of them, and who says otherwise. */
function traceLines({ text, verdicts, clauses }: ConsultedTrace, profile: Profile, colours: Colours): string[] {
  const { steps } = readTrace(text);
  const verdict = verdicts[profile];
  const says = (each: Profile): string => {
    const found = verdicts[each];
    return found.verdict === 'rejected' ? `${each} rejects line ${found.line}` : `${each} accepts it`;
  };
  const others = profiles.filter((each) => each !== profile && verdicts[each].verdict !== verdict.verdict);
  const ends =
    verdict.verdict === 'rejected'
      ? `${colours.red('rejected')}: ${verdict.message} breaks ${clauses.join(', ') || 'the order of steps'}`
      : colours.green(verdict.verdict);
  return [...steps.map(({ step }) => stepText(step)), `${ends}${others.length > 0 ? `; ${others.map(says).join(', ')}` : ''}`];
}

/** What else was found, one line each. */
export const entryLine = ({ kind, id, title }: Entry, colours: Colours): string =>
  `${colours.dim(titles[kind].padEnd('question'.length))}  ${id}${kind === 'question' || title.startsWith(id) ? '' : ':'} ${title.startsWith(id) ? title.slice(id.length).trim() : title}`;

const columnsMax = 100;

function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columnsMax) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
