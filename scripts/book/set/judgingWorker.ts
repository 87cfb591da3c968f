/** The judge, on a thread of its own, so that a long trace leaves the page responsive. */

import type { Profile } from '../../../model/clauses/profiles.ts';
import type { SubjectKind } from '../../../model/possible/possibility.ts';
import { type Detail, JudgedReplay, type SetCells, type SetVerdict, type StepLine } from './replay.ts';

/** What the page asks. Answers come in the order of the questions of one kind; `of` says which trace they are about. */
export type SetQuestion =
  | { readonly asks: 'judge'; readonly of: number; readonly text: string; readonly profile: Profile }
  | { readonly asks: 'cells'; readonly of: number; readonly from: number; readonly to: number }
  | { readonly asks: 'detail'; readonly of: number; readonly row: number };

export type SetAnswer =
  | ({ readonly says: 'judged'; readonly of: number } & JudgedSteps)
  | { readonly says: 'cells'; readonly of: number; readonly from: number; readonly cells: readonly SetCells[] }
  | { readonly says: 'detail'; readonly of: number; readonly detail: Detail };

export interface JudgedSteps {
  readonly verdict: SetVerdict;
  readonly rows: readonly StepLine[];
  /** What there are columns for. */
  readonly kinds: readonly SubjectKind[];
  readonly milliseconds: number;
}

let current: { readonly of: number; readonly replay: JudgedReplay } | undefined;

const answer = (said: SetAnswer): void => postMessage(said);

addEventListener('message', ({ data }: MessageEvent<SetQuestion>): void => {
  if (data.asks === 'judge') {
    const began = performance.now();
    const replay = new JudgedReplay(data.text, data.profile);
    current = { of: data.of, replay };
    const { verdict, rows, kinds } = replay;
    answer({ says: 'judged', of: data.of, verdict, rows, kinds, milliseconds: performance.now() - began });
  } else if (current?.of === data.of) {
    if (data.asks === 'cells') answer({ says: 'cells', of: data.of, from: data.from, cells: current.replay.cells(data.from, data.to) });
    else answer({ says: 'detail', of: data.of, detail: current.replay.detail(data.row) });
  }
});
