/** The page's end of the thread that judges: a trace goes there, and what is known of it comes back. */

/// <reference types="vite/client" />

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Profile } from '../../../model/clauses/profiles.ts';
import type { JudgedSteps, SetAnswer, SetQuestion } from './judgingWorker.ts';
import JudgingWorker from './judgingWorker.ts?worker&inline';
import type { Detail, SetCells } from './replay.ts';

export interface Judged extends JudgedSteps {
  readonly of: number;
  readonly text: string;
  readonly profile: Profile;
}

export interface Judging {
  readonly judged: Judged | undefined;
  /** A trace is being judged. */
  readonly isBusy: boolean;
  readonly cells: ReadonlyMap<number, SetCells>;
  readonly detail: Detail | undefined;
  judge(text: string, profile: Profile): void;
  /** The rows that somebody sees, from the first to the one before the last. */
  see(from: number, to: number): void;
  select(row: number): void;
}

/** Rows are asked for in blocks, and so many of them are kept. */
const block = 32;
const keptMax = 4096;

export function useJudging(): Judging {
  const [judged, setJudged] = useState<Judged>();
  const [isBusy, setBusy] = useState(false);
  const [cells, setCells] = useState<ReadonlyMap<number, SetCells>>(new Map());
  const [detail, setDetail] = useState<Detail>();
  const asked = useRef(new Set<number>());
  const traces = useRef(new Map<number, { readonly text: string; readonly profile: Profile }>());
  const latest = useRef(0);
  const worker = useMemo(() => new JudgingWorker(), []);
  useEffect(() => {
    worker.onmessage = ({ data }: MessageEvent<SetAnswer>) => {
      if (data.of !== latest.current) return;
      if (data.says === 'judged') {
        setJudged({ ...data, ...traces.current.get(data.of)! });
        setBusy(false);
      } else if (data.says === 'detail') setDetail(data.detail);
      else {
        setCells((known) => {
          const more = new Map(known.size > keptMax ? [] : known);
          if (known.size > keptMax) asked.current.clear();
          for (const [at, cell] of data.cells.entries()) more.set(data.from + at, cell);
          return more;
        });
      }
    };
    return () => worker.terminate();
  }, [worker]);
  const ask = (question: SetQuestion): void => worker.postMessage(question);
  return {
    judged,
    isBusy,
    cells,
    detail,
    judge(text, profile) {
      const of = ++latest.current;
      traces.current = new Map([[of, { text, profile }]]);
      asked.current.clear();
      setCells(new Map());
      setDetail(undefined);
      setJudged(undefined);
      setBusy(true);
      ask({ asks: 'judge', of, text, profile });
    },
    see(from, to) {
      if (judged === undefined) return;
      for (let at = Math.floor(from / block); at * block < to; at++) {
        if (asked.current.has(at)) continue;
        asked.current.add(at);
        ask({ asks: 'cells', of: judged.of, from: at * block, to: Math.min(judged.rows.length, (at + 1) * block) });
      }
    },
    select(row) {
      if (judged !== undefined) ask({ asks: 'detail', of: judged.of, row });
    },
  };
}
