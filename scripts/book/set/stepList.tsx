/** The steps of a trace as a table of which only what is in sight is drawn: a column for each kind of things that can be open. */

import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from 'preact/hooks';
import type { SubjectKind } from '../../../model/possible/possibility.ts';
import type { SetCell, SetCells, StepLine } from './replay.ts';

interface StepListProps {
  readonly rows: readonly StepLine[];
  readonly kinds: readonly SubjectKind[];
  readonly cells: ReadonlyMap<number, SetCells>;
  readonly selected: number;
  /** The row that was rejected. */
  readonly wrong: number | undefined;
  readonly onSee: (from: number, to: number) => void;
  readonly onSelect: (row: number) => void;
}

const rowHeight = 30;

const titles: { readonly [kind in SubjectKind]: string } = {
  network: 'Network',
  socket: 'Socket',
  circuit: 'Circuit',
  bytes: 'Bytes',
  operation: 'Operation',
  event: 'Event',
  routine: 'Routine',
  call: 'Call',
};

export function StepList({ rows, kinds, cells, selected, wrong, onSee, onSelect }: StepListProps) {
  const scroller = useRef<HTMLElement>(null);
  const virtualizer = useVirtualizer(rows.length, scroller);
  const items = virtualizer.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, (items.at(-1)?.index ?? -1) + 1];
  useEffect(() => onSee(first, last), [first, last, rows]);
  useEffect(() => virtualizer.scrollToIndex(selected, { align: 'auto' }), [selected, rows]);
  const onKey = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -rows.length,
      End: rows.length,
    };
    const by = moves[event.key];
    if (by === undefined) return;
    event.preventDefault();
    onSelect(Math.max(0, Math.min(rows.length - 1, selected + by)));
  };
  const height = virtualizer.getTotalSize();
  const above = items[0]?.start ?? 0;
  const below = height - (items.at(-1)?.end ?? 0);
  return (
    <section
      class="steps"
      style={{ height: `calc(${rows.length + 2} * ${rowHeight}px)` }}
      ref={scroller}
      aria-label="Steps of the trace"
      tabIndex={0}
      onKeyDown={onKey}
    >
      <table aria-rowcount={rows.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col" class="line">
              Line
            </th>
            <th scope="col">Step</th>
            {kinds.map((kind) => (
              <th key={kind} scope="col">
                {titles[kind]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Gap height={above} />
          {items.map(({ index }) => (
            <StepRow
              key={index}
              row={rows[index]!}
              at={index}
              kinds={kinds}
              cells={cells.get(index)}
              isSelected={index === selected}
              isWrong={index === wrong}
              onSelect={onSelect}
            />
          ))}
          <Gap height={below} />
        </tbody>
      </table>
    </section>
  );
}

/** In place of the rows that are out of sight. */
const Gap = ({ height }: { readonly height: number }) =>
  height <= 0 ? null : (
    <tr>
      <td class="gap" style={{ height: `${height}px` }} />
    </tr>
  );

interface StepRowProps {
  readonly row: StepLine;
  readonly at: number;
  readonly kinds: readonly SubjectKind[];
  readonly cells: SetCells | undefined;
  readonly isSelected: boolean;
  readonly isWrong: boolean;
  readonly onSelect: (row: number) => void;
}

function StepRow({ row, at, kinds, cells, isSelected, isWrong, onSelect }: StepRowProps) {
  return (
    <tr class={`${isSelected ? 'selected' : ''}${isWrong ? ' wrong' : ''}`} aria-rowindex={at + 2}>
      <td class="line">{row.line}</td>
      <th scope="row">
        <button type="button" tabIndex={-1} aria-current={isSelected ? 'step' : undefined} title={row.text} onClick={() => onSelect(at)}>
          {isWrong && <span class="cross">✕ </span>}
          {row.text}
        </button>
      </th>
      {kinds.map((kind) => (
        <td key={kind}>{cells === undefined ? <span class="quiet">…</span> : <CellText cell={cells[kind]} />}</td>
      ))}
    </tr>
  );
}

/** How many ways are open, and how many the step ended. */
function CellText({ cell }: { readonly cell: SetCell | undefined }) {
  if (cell === undefined) return null;
  const { ways, died } = cell;
  return (
    <>
      {ways > 0 ? <span class="open">{ways} ways</span> : died === 0 && <span class="quiet">known</span>}
      {died > 0 && (
        <span class="died" title={`${died} ended by this step`}>
          †{died}
        </span>
      )}
    </>
  );
}

function useVirtualizer(count: number, scroller: { readonly current: HTMLElement | null }): Virtualizer<HTMLElement, Element> {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const options = {
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => redraw(undefined),
  };
  const [virtualizer] = useState(() => new Virtualizer<HTMLElement, Element>(options));
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  return virtualizer;
}
