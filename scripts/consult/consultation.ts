/**
 * What is known of an entry: the clauses with their places on the page, the rulings in force with what other profiles read, and the
 * shortest traces that show it and that break it, each with the verdict of every profile. All of it is data; report/consultation.ts has
 * the words for a terminal, and the book those for a page.
 */

import { placeName } from '../../model/clauses/page.ts';
import { type PerProfile, type Profile, profiles, readingsOf } from '../../model/clauses/profiles.ts';
import { type ClauseId, clause, isClauseId } from '../../model/clauses/register.ts';
import { rulingReasons } from '../../model/clauses/rulingReasons.ts';
import { type RulingId, rulings, rulingsOn } from '../../model/clauses/rulings.ts';
import { type Judgement, judgeText } from '../../model/judge/judge.ts';
import { type JudgedTrace, judged } from '../../model/questions/judged.ts';
import { questions } from '../../model/questions/questions.ts';
import { codesOf } from '../../model/winsock/callCodes.ts';
import { type CallName, callNames, traceVersion } from '../../model/winsock/trace.ts';
import type { Selection } from '../../properties/vectors/select.ts';
import type { Vector, VectorFile } from '../../properties/vectors/vector.ts';
import { clausesNaming, clausesOfSection, type Entry } from './entries.ts';

export interface ConsultedClause {
  readonly id: ClauseId;
  readonly text: string;
  /** Section, paragraph and sentence of the page. */
  readonly place: string;
}

export interface ConsultedRuling {
  readonly id: RulingId;
  readonly question: string;
  /** What each profile permits: names of readings. */
  readonly permitted: PerProfile<readonly string[]>;
  readonly readings: Readonly<Record<string, string>>;
  readonly reason: string;
}

export interface ConsultedTrace {
  readonly shows: string;
  /** All of it, ready for `wspsend check`. */
  readonly text: string;
  readonly verdicts: PerProfile<Judgement>;
  /** The clauses that its last step breaks under the profile, the most specific first. */
  readonly clauses: readonly ClauseId[];
}

export interface Consultation {
  readonly entry: Entry;
  /** The answer in a sentence or two, where it is a question. */
  readonly answer?: string;
  readonly profile: Profile;
  readonly clauses: readonly ConsultedClause[];
  readonly rulings: readonly ConsultedRuling[];
  /** What else there is to say, a sentence each. */
  readonly notes: readonly string[];
  /** The shortest trace under this profile that shows it, and the shortest that breaks it. */
  readonly shown?: ConsultedTrace;
  readonly broken?: ConsultedTrace;
  /** Public pages on which it is asked. */
  readonly askedAt: readonly string[];
}

/** What generated/ keeps. */
export interface KeptVectors {
  readonly vectors: VectorFile['vectors'];
  readonly readings: Selection['readings'];
}

/** @param profile Whose verdicts count; a question is answered under its own where none is given. */
export function consult(entry: Entry, kept: KeptVectors, profile?: Profile): Consultation {
  if (entry.kind === 'question') return consultedQuestion(entry, profile);
  const under = profile ?? 'page';
  const behind = { entry, profile: under, notes: notesOn(entry), askedAt: [] };
  switch (entry.kind) {
    case 'clause': {
      const id = entry.id as ClauseId;
      const { status } = clause(id);
      const ids = status.is === 'restates' && isClauseId(status.clause) ? [id, status.clause] : [id];
      return { ...behind, clauses: consultedClauses(ids), rulings: rulingsOf(ids), ...tracesOfClauses(ids, kept, under) };
    }
    case 'ruling': {
      const id = entry.id as RulingId;
      const { clauses } = rulings.find((one) => one.id === id)!;
      return { ...behind, clauses: consultedClauses(clauses), rulings: [consultedRuling(id)], ...tracesOfRuling(id, kept, under) };
    }
    case 'code': {
      const ids = clausesOfSection(entry.id).length > 0 ? clausesOfSection(entry.id) : clausesNaming(entry.id);
      const gives = ({ returns }: LastStep): boolean => (returns as { errno?: string } | undefined)?.errno === entry.id;
      return { ...behind, clauses: consultedClauses(ids), rulings: rulingsAbout(ids, entry.id), ...tracesThat(gives, ids, kept, under) };
    }
    case 'flag': {
      const ids = [...new Set([...clausesOfSection(entry.id), ...clausesNaming(entry.id)])];
      const has = ({ flags }: LastStep): boolean => [flags].flat().includes(entry.id);
      return { ...behind, clauses: consultedClauses(ids), rulings: rulingsAbout(ids, entry.id), ...tracesThat(has, ids, kept, under) };
    }
    case 'call': {
      const ids = entry.id === 'WSPSend' ? clausesOfSection('Purpose') : clausesNaming(entry.id);
      const makes = ({ call, returns }: LastStep): boolean => call === entry.id && (returns as { rc?: number } | undefined)?.rc === 0;
      return { ...behind, clauses: consultedClauses(ids), rulings: rulingsAbout(ids, entry.id), ...tracesThat(makes, ids, kept, under) };
    }
  }
}

// ---- What stands behind it -----------------------------------------------------------------------------------------------------

const consultedClauses = (ids: readonly string[]): readonly ConsultedClause[] =>
  ids.filter(isClauseId).map((id) => {
    const { text, source } = clause(id);
    return { id, text, place: placeName(source) };
  });

export const consultedRuling = (id: RulingId): ConsultedRuling => {
  const { question, readings } = rulings.find((one) => one.id === id)!;
  const permitted = Object.fromEntries(profiles.map((profile) => [profile, readingsOf(profile, id)])) as PerProfile<readonly string[]>;
  return { id, question, permitted, readings, reason: rulingReasons[id] };
};

const rulingsOf = (ids: readonly string[]): readonly ConsultedRuling[] => {
  const found = ids.filter(isClauseId).flatMap((id) => rulingsOn(id).map((one) => one.id));
  return [...new Set(found)].map(consultedRuling);
};

/** Those on the clauses, and those that name it themselves. */
const rulingsAbout = (ids: readonly string[], name: string): readonly ConsultedRuling[] => {
  const naming = rulings.filter(({ id, question, readings }) =>
    [question, ...Object.values(readings), rulingReasons[id]].join(' ').includes(name),
  );
  return [...new Map([...rulingsOf(ids), ...naming.map(({ id }) => consultedRuling(id))].map((one) => [one.id, one])).values()];
};

function notesOn({ kind, id }: Entry): readonly string[] {
  if (kind === 'call') {
    const codes = codesOf[id as CallName];
    return [codes.length === 0 ? 'It does not fail.' : `It may fail with ${codes.join(', ')}, by its own page.`];
  }
  if (kind !== 'code') return [];
  const callers = callNames.filter((call) => (codesOf[call] as readonly string[]).includes(id));
  const row = clausesOfSection(id).length > 0 ? [] : ['The table of the WSPSend page has no row for it.'];
  return [...row, ...(callers.length > 0 ? [`The pages of these calls list it: ${callers.join(', ')}.`] : [])];
}

// ---- The traces ----------------------------------------------------------------------------------------------------------------

type Traces = Pick<Consultation, 'shown' | 'broken'>;

const tracesOf = (shown: ConsultedTrace | undefined, broken: ConsultedTrace | undefined): Traces => ({
  ...(shown !== undefined && { shown }),
  ...(broken !== undefined && { broken }),
});

function consultedQuestion(entry: Entry, profile: Profile | undefined): Consultation {
  const question = questions.find(({ id }) => id === entry.id)!;
  const under = profile ?? question.profile;
  const traces = judged(question);
  const shortest = (verdict: Judgement['verdict']): JudgedTrace | undefined =>
    traces
      .filter(({ expects, verdicts }) => expects !== 'a breach of the caller' && verdicts[under].verdict === verdict)
      // Where the profile agrees with the question, the question's own order is the better one.
      .sort((a, b) => Number(b.expects === verdict) - Number(a.expects === verdict))[0];
  return {
    entry,
    answer: question.answer,
    profile: under,
    notes: [],
    clauses: consultedClauses(question.clauses),
    rulings: (question.rulings ?? []).map(consultedRuling),
    ...tracesOf(shortest('accepted'), shortest('rejected')),
    askedAt: question.askedAt ?? [],
  };
}

function tracesOfClauses(ids: readonly ClauseId[], kept: KeptVectors, profile: Profile): Traces {
  const about = (clauses: readonly string[]): boolean => ids.some((id) => clauses.includes(id));
  const { shown } = shortestOf(
    kept.vectors.filter(({ shows }) => about(shows)),
    profile,
    ids,
  );
  const { broken } = shortestOf(
    kept.vectors.filter(({ breaks }) => about(breaks)),
    profile,
    ids,
  );
  return tracesOf(shown, broken);
}

type LastStep = Readonly<Record<string, unknown>>;
const lastOf = ({ steps }: { readonly steps: readonly object[] }): LastStep => steps.at(-1)! as LastStep;

/**
 * Those of which the last step does this. A question has the plainest ones; else, of the kept ones, those that show or break one of the
 * clauses, where there are such.
 */
function tracesThat(does: (step: LastStep) => boolean, ids: readonly string[], kept: KeptVectors, profile: Profile): Traces {
  const fitting = kept.vectors.filter((vector) => does(lastOf(vector)));
  const about = fitting.filter(({ shows, breaks }) => ids.some((id) => shows.includes(id) || breaks.includes(id)));
  const vectors = shortestOf(about.length > 0 ? about : fitting, profile, ids);
  const asked = tracesOfQuestions(does, profile);
  return tracesOf(asked.shown ?? vectors.shown, asked.broken ?? vectors.broken);
}

/** Of a rejected one the last step is what is rejected. */
function tracesOfQuestions(does: (step: LastStep) => boolean, profile: Profile): Traces {
  const fitting = questions
    .filter(({ accepted, rejected }) => [...accepted, ...rejected].some((trace) => does(lastOf(trace))))
    .flatMap(judged)
    .map((trace) => ({ ...trace, lines: trace.text.trimEnd().split('\n') }))
    .filter(({ expects, lines }) => expects !== 'a breach of the caller' && does(JSON.parse(lines.at(-1)!) as LastStep));
  const shortest = (verdict: 'accepted' | 'rejected'): ConsultedTrace | undefined => {
    const apart = ({ verdicts }: JudgedTrace): number => profiles.filter((each) => verdicts[each].verdict !== verdict).length;
    return fitting
      .filter(({ verdicts: { [profile]: found }, lines }) => found.verdict === verdict && !('line' in found && found.line < lines.length))
      .sort((one, other) => apart(one) - apart(other) || one.text.length - other.text.length)[0];
  };
  return tracesOf(shortest('accepted'), shortest('rejected'));
}

/** Those by which the profile differs from another on the ruling. */
function tracesOfRuling(id: RulingId, kept: KeptVectors, profile: Profile): Traces {
  const named = Object.entries(kept.readings[id] ?? {}).flatMap(([pair, { vector }]) =>
    pair.split('/').includes(profile) ? [vector] : [],
  );
  return shortestOf(
    kept.vectors.filter((vector) => named.includes(vector.id)),
    profile,
  );
}

function shortestOf(vectors: readonly Vector[], profile: Profile, ids: readonly string[] = []): Traces {
  const shortest = (verdict: 'accepted' | 'rejected'): ConsultedTrace | undefined => {
    const fitting = vectors.filter((vector) => {
      const { verdict: found, line } = vector.profiles[profile];
      return found === verdict && (line === undefined || line === vector.steps.length + 1);
    });
    // One on which the profiles agree says more; of those of the same length, the one that says the least about anything else.
    const apart = (vector: Vector): number => profiles.filter((each) => vector.profiles[each].verdict !== verdict).length;
    const size = (vector: Vector): number =>
      apart(vector) * 1e9 + (vector.steps.length + 2 * oddities(vector)) * 1e6 + JSON.stringify(vector.steps).length;
    const [first] = fitting.map((vector) => ({ vector, size: size(vector) })).sort((a, b) => a.size - b.size);
    return first === undefined ? undefined : traceOfVector(first.vector, profile, ids);
  };
  return tracesOf(shortest('accepted'), shortest('rejected'));
}

/** What a reader would take for a part of the reason: a longer trace without it shows more. */
const oddities = ({ steps }: Vector): number =>
  JSON.stringify(steps).match(/"(?:flags|fault|receiveOnly|to|thread|count)":|"buffers":\[\]/g)?.length ?? 0;

function traceOfVector({ id, comment, side, steps }: Vector, profile: Profile, ids: readonly string[]): ConsultedTrace {
  const header = { wspsend: traceVersion, title: `vector ${id}: ${comment}`, ...(side && { side }) };
  const text = [header, ...steps].map((line) => `${JSON.stringify(line)}\n`).join('');
  const verdicts = Object.fromEntries(profiles.map((profile) => [profile, judgeText(text, profile)])) as PerProfile<Judgement>;
  const verdict = verdicts[profile];
  const broken = verdict.verdict === 'rejected' ? verdict.clauses : [];
  const clauses = [...broken.filter((one) => ids.includes(one)), ...broken.filter((one) => !ids.includes(one))];
  return { shows: comment, text, verdicts, clauses };
}
