import { describe, expect, test } from 'vitest';
import { profiles } from '../clauses/profiles.ts';
import { clause } from '../clauses/register.ts';
import { type JudgedTrace, judged } from './judged.ts';
import { questions } from './questions.ts';

/** The line of the last step, the header being line 1. */
const lastLine = ({ text }: JudgedTrace): number => text.trimEnd().split('\n').length;

describe.each(questions)('$asks', ({ profile, accepted, rejected, breaching = [], ...question }) => {
  const traces = judged({ profile, accepted, rejected, breaching, ...question });
  const expecting = (expects: JudgedTrace['expects']) => traces.filter((trace) => trace.expects === expects);

  test.each(expecting('accepted'))(`${profile} accepts: $shows`, ({ verdicts }) => {
    expect(verdicts[profile]).toMatchObject({ verdict: 'accepted', breaches: [], unjudged: [] });
  });

  test.each(expecting('rejected'))(`${profile} rejects at its last step: $shows`, (trace) => {
    const verdict = trace.verdicts[profile];
    expect(verdict).toMatchObject({ verdict: 'rejected', line: lastLine(trace), breaches: [], unjudged: [] });
    const named = rejected[expecting('rejected').indexOf(trace)]!.breaks;
    expect((verdict as { clauses: readonly string[] }).clauses).toContain(named);
  });

  test.each(expecting('a breach of the caller'))(`${profile} accepts, and names the caller: $shows`, (trace) => {
    const named = breaching[expecting('a breach of the caller').indexOf(trace)]!.callerBreaks;
    expect(trace.verdicts[profile]).toMatchObject({ verdict: 'accepted', breaches: [{ clauses: expect.arrayContaining([named]) }] });
    expect(clause(named).kind).toBe('caller');
  });
});

describe('the questions', () => {
  test('have ids and wordings of their own', () => {
    expect(new Set(questions.map(({ id }) => id)).size).toBe(questions.length);
    expect(new Set(questions.map(({ asks }) => asks)).size).toBe(questions.length);
    expect(questions.filter(({ id }) => !/^[a-z]+(-[a-z]+)+$/.test(id))).toEqual([]);
  });

  test('name the rulings on which their verdicts part', () => {
    const silent = questions.filter((question) => {
      const parts = judged(question).some(({ verdicts }) => new Set(profiles.map((each) => verdicts[each].verdict)).size > 1);
      return parts && (question.rulings ?? []).length === 0;
    });
    expect(silent.map(({ id }) => id)).toEqual([]);
  });
});
