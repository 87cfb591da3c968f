/** The view of the set as a program of its page: a trace in, and at each step everything that was still possible. */

import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Profile, profiles } from '../../../model/clauses/profiles.ts';
import { isClauseId } from '../../../model/clauses/register.ts';
import type { EmbeddedTrace } from '../../cli/tracePage.ts';
import { fragmentFields, traceFragment } from '../explorer/traceFragment.ts';
import { useFocusAfter } from '../frame/focus.ts';
import { exampleTrace } from './example.ts';
import { type Judged, useJudging } from './judged.ts';
import type { SetVerdict } from './replay.ts';
import { StepDetail } from './stepDetail.tsx';
import { StepList } from './stepList.tsx';

function SetView({ embedded }: { readonly embedded: EmbeddedTrace | undefined }) {
  const judging = useJudging();
  const { judged, isBusy, cells, detail } = judging;
  const [profile, setProfile] = useState<Profile>(embedded?.profile ?? 'docs');
  const [selected, setSelected] = useState(0);
  useEffect(() => {
    const linked = embedded ?? linkedTrace();
    if (linked === undefined) return;
    setProfile(linked.profile);
    judging.judge(linked.text, linked.profile);
  }, []);
  useEffect(() => {
    if (judged !== undefined) go(Math.max(0, wrongRow(judged) ?? 0), judged);
  }, [judged]);
  useFocusAfter(judged, 'verdict');
  const go = (row: number, of = judged): void => {
    if (of === undefined || of.rows.length === 0) return;
    setSelected(row);
    judging.select(row);
  };
  const judge = (text: string, under = profile): void => {
    setSelected(0);
    judging.judge(text, under);
  };
  return (
    <>
      {embedded === undefined && <Input onText={judge} isEmpty={judged === undefined && !isBusy} />}
      {embedded !== undefined && (
        <p class="quiet">
          <code>{embedded.name}</code>. This file holds all of it: no server is contacted.
        </p>
      )}
      <p class="controls">
        <label>
          Reading of the page{' '}
          <select
            value={profile}
            onChange={(event) => {
              const next = event.currentTarget.value as Profile;
              setProfile(next);
              if (judged !== undefined) judge(judged.text, next);
            }}
          >
            {profiles.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      </p>
      <p role="status" class={isBusy ? '' : 'hidden'}>
        {isBusy ? 'Judging …' : judged === undefined ? '' : `Judged: ${judged.verdict.verdict}`}
      </p>
      {judged !== undefined && <VerdictView judged={judged} onGo={go} />}
      {judged !== undefined && judged.rows.length > 0 && (
        <div class="set-panes">
          <div>
            <p class="small quiet">
              A column for each kind of thing: in how many ways it may be after the step, and after † how many ways the step ended. The
              arrow keys move through the steps.
            </p>
            <StepList
              rows={judged.rows}
              kinds={judged.kinds}
              cells={cells}
              selected={selected}
              wrong={wrongRow(judged)}
              onSee={judging.see}
              onSelect={go}
            />
            {embedded === undefined && <OpenInExplorer judged={judged} row={selected} />}
          </div>
          <StepDetail row={judged.rows[selected]!} detail={detail?.row === selected ? detail : undefined} />
        </div>
      )}
    </>
  );
}

/** The row of the step that was rejected. */
function wrongRow({ verdict, rows }: Judged): number | undefined {
  const at = verdict.verdict === 'accepted' || verdict.verdict === 'malformed' ? -1 : rows.findIndex(({ line }) => line === verdict.line);
  return at < 0 ? undefined : at;
}

// ---- A trace comes in ----------------------------------------------------------------------------------------------------------

function Input({ onText, isEmpty }: { readonly onText: (text: string) => void; readonly isEmpty: boolean }) {
  const [text, setText] = useState('');
  const [isOver, setOver] = useState(false);
  const [isOpen, setOpen] = useState(true);
  useEffect(() => setOpen(isEmpty), [isEmpty]);
  const latest = useRef(onText);
  latest.current = onText;
  const take = (given: string): void => {
    setText(given.length > shownMax ? `${given.slice(0, shownMax)}\n… (the rest is judged, and not shown here)` : given);
    latest.current(given);
  };
  useEffect(() => {
    const onOver = (event: DragEvent): void => {
      event.preventDefault();
      setOver(true);
    };
    const onLeave = (): void => setOver(false);
    const onDrop = (event: DragEvent): void => {
      event.preventDefault();
      setOver(false);
      const file = event.dataTransfer?.files[0];
      if (file === undefined) take(event.dataTransfer?.getData('text/plain') ?? '');
      else void file.text().then(take);
    };
    document.addEventListener('dragover', onOver);
    document.addEventListener('dragleave', onLeave);
    document.addEventListener('drop', onDrop);
    return () => {
      document.removeEventListener('dragover', onOver);
      document.removeEventListener('dragleave', onLeave);
      document.removeEventListener('drop', onDrop);
    };
  }, []);
  return (
    <details class={`input${isOver ? ' over' : ''}`} open={isOpen || isOver} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>The trace</summary>
      <p>
        Paste a trace, choose its file, or drop it anywhere on this page. <strong>It never leaves your machine:</strong> this page judges it
        itself, and contacts no server.
      </p>
      <textarea
        rows={8}
        spellcheck={false}
        aria-label="The trace, one JSON object a line"
        placeholder={'{"wspsend":"trace/1"}\n{"call":"WSPSocket","socket":"A","type":"SOCK_STREAM","returns":{"rc":0}}'}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onPaste={(event) => {
          const pasted = event.clipboardData?.getData('text/plain') ?? '';
          if (!pasted.includes('"wspsend"')) return;
          event.preventDefault();
          take(pasted);
        }}
      />
      <p class="moves">
        <button type="button" class="main" onClick={() => onText(text)}>
          Judge it
        </button>
        <label class="file">
          Choose a file
          <input
            type="file"
            accept=".ndjson,.json,.txt,text/plain"
            onChange={(event) => void event.currentTarget.files?.[0]?.text().then(take)}
          />
        </label>
        <button type="button" onClick={() => take(exampleTrace)}>
          Show an example
        </button>
      </p>
    </details>
  );
}

/** A text box with a long text in it is slow. */
const shownMax = 200_000;

// ---- The verdict ---------------------------------------------------------------------------------------------------------------

const verdictClass: { readonly [verdict in SetVerdict['verdict']]: string } = {
  accepted: 'permitted',
  rejected: 'forbidden',
  undecided: 'disputed',
  malformed: 'disputed',
};

function VerdictView({ judged, onGo }: { readonly judged: Judged; readonly onGo: (row: number) => void }) {
  const { verdict, rows, profile, milliseconds } = judged;
  const wrong = wrongRow(judged);
  const clauses = verdict.clauses.filter(isClauseId);
  return (
    <div id="verdict" tabIndex={-1} class={`verdict notice ${verdictClass[verdict.verdict]}`}>
      <p>
        <span class="badge">{verdict.verdict}</span>{' '}
        {verdict.line === undefined ? (
          <>Every step is permitted under {profile}.</>
        ) : (
          <>
            at line {verdict.line}: {verdict.message}
            {clauses.length > 0 && <> ({clauses.join(', ')})</>}
          </>
        )}{' '}
        <span class="small">
          {rows.length} steps, judged in {Math.max(1, Math.round(milliseconds))} ms.
        </span>
      </p>
      {wrong !== undefined && (
        <p>
          <button type="button" onClick={() => onGo(wrong)}>
            Go to the first wrong step
          </button>
        </p>
      )}
      {verdict.unjudged.slice(0, notesMax).map(({ line, why }) => (
        <p key={`${line} ${why}`} class="small">
          Not judged from line {line}: {why}
        </p>
      ))}
      {verdict.breaches.slice(0, notesMax).map(({ line, message }) => (
        <p key={`${line} ${message}`} class="small">
          The caller, at line {line}: {message}
        </p>
      ))}
    </div>
  );
}

const notesMax = 5;

/** The trace that another page linked to; what is no trace is judged as that. */
function linkedTrace(): Pick<EmbeddedTrace, 'text' | 'profile'> | undefined {
  const fields = fragmentFields(location.hash);
  const trace = fields.get('trace');
  if (trace === undefined) return undefined;
  return { text: decoded(trace), profile: profiles.find((name) => name === fields.get('profile')) ?? 'docs' };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A link is as long as its trace. */
const linkedMax = 400;

function OpenInExplorer({ judged, row }: { readonly judged: Judged; readonly row: number }) {
  const isWrong = row === wrongRow(judged);
  const upTo = judged.rows[isWrong ? row - 1 : row]?.line ?? 1;
  if (upTo > linkedMax) return null;
  const trace = judged.text.split('\n').slice(0, upTo).join('\n');
  return (
    <p>
      <a href={`explorer.html#${traceFragment(trace, judged.profile)}`}>Go on from here in the explorer</a>
    </p>
  );
}

const place = document.getElementById('set');
if (place !== null) {
  const carried = document.getElementById('embedded')?.textContent;
  place.textContent = '';
  render(<SetView embedded={carried == null ? undefined : (JSON.parse(carried) as EmbeddedTrace)} />, place);
}
