/** What may come next, as buttons: the permitted steps, and greyed the forbidden ones with the clause that forbids them. */

import { useState } from 'preact/hooks';
import type { EveryOutcome, ForbiddenOutcome, PermittedOutcome } from '../../../model/permits/everyOutcome.ts';
import { sendFlags } from '../../../model/winsock/codes.ts';
import type { TraceStep } from '../../../model/winsock/trace.ts';
import { outcomeText, stepText } from '../../report/stepText.ts';
import { ClauseChips, ClauseTexts } from './clauseLinks.tsx';
import type { MenuEntry, MenuGroup, SendChoice } from './menu.ts';

interface ChoicesProps {
  readonly menu: readonly MenuGroup[];
  readonly sockets: readonly string[];
  readonly send: SendChoice;
  readonly onSend: (send: SendChoice) => void;
  readonly onStep: (step: TraceStep) => void;
}

export function Choices({ menu, sockets, send, onSend, onStep }: ChoicesProps) {
  return (
    <section class="choices" aria-labelledby="choices-title">
      <h2 id="choices-title" tabIndex={-1}>
        What may come next
      </h2>
      {menu.map(({ title, entries }, at) => (
        <details key={title} class="group" open={at < 5}>
          <summary>
            <h3>{title}</h3>
          </summary>
          {title === 'The caller sends' && <SendForm send={send} sockets={sockets} onSend={onSend} />}
          <div>
            {entries.map((entry) => (
              <Entry key={entry.id} entry={entry} onStep={onStep} />
            ))}
          </div>
        </details>
      ))}
    </section>
  );
}

function Entry({ entry, onStep }: { readonly entry: MenuEntry; readonly onStep: (step: TraceStep) => void }) {
  const permitted = entry.outcomes.filter((one): one is PermittedOutcome => one.isPermitted);
  const forbidden = entry.outcomes.filter((one): one is ForbiddenOutcome => !one.isPermitted);
  const [only] = entry.outcomes;
  if (entry.outcomes.length === 1 && only!.isPermitted) {
    return (
      <p class="single">
        <button type="button" class="step permitted" onClick={() => onStep(only!.step)}>
          {entry.title}
        </button>
        <ClauseChips ids={only!.clauses} />
      </p>
    );
  }
  return (
    <div class="entry">
      <h4>{entry.title}</h4>
      <ul class="outcomes">
        {permitted.map((outcome) => (
          <Permitted key={labelOf(outcome)} outcome={outcome} onStep={onStep} />
        ))}
        {permitted.length === 0 && <li class="quiet">No outcome of this is permitted now.</li>}
      </ul>
      {forbidden.length > 0 && <ForbiddenList outcomes={forbidden} />}
    </div>
  );
}

/** What a button says: the result of a call, or the whole step where it has no result. */
function labelOf({ shown, step }: EveryOutcome): string {
  if ('peer' in step || 'env' in step) return stepText(step);
  const { rc, ...rest } = shown as { readonly rc?: number };
  if (rc === 0) return ['success', outcomeText(rest)].filter(Boolean).join(', ');
  return outcomeText(shown) || stepText(step);
}

function Permitted({ outcome, onStep }: { readonly outcome: PermittedOutcome; readonly onStep: (step: TraceStep) => void }) {
  const { bytes } = outcome.shown as { readonly bytes?: number | { readonly least: number; readonly most: number } };
  const range = typeof bytes === 'object' ? bytes : undefined;
  const [count, setCount] = useState(range === undefined ? 0 : Math.ceil((range.least + range.most) / 2));
  const label = labelOf(outcome);
  const within = range === undefined ? 0 : Math.max(range.least, Math.min(range.most, count));
  return (
    <li>
      <button
        type="button"
        class="step permitted"
        onClick={() => onStep(range === undefined ? outcome.step : counting(outcome.step, within))}
      >
        <span aria-hidden="true">✓ </span>
        {label}
      </button>
      {range !== undefined && (
        <label class="count">
          <span class="hidden">Bytes, {label}</span>
          <input
            type="number"
            min={range.least}
            max={range.most}
            value={within}
            onInput={(event) => setCount(event.currentTarget.valueAsNumber || range.least)}
          />
        </label>
      )}
      <ClauseChips ids={outcome.clauses} />
    </li>
  );
}

/** The step with another count of bytes. */
function counting(step: TraceStep, bytes: number): TraceStep {
  if ('returns' in step && step.returns !== undefined && !('upcall' in step))
    return { ...step, returns: { ...step.returns, bytes } } as TraceStep;
  return { ...step, bytes } as TraceStep;
}

/** They stay in sight, greyed, those of one clause together; a click says more. */
function ForbiddenList({ outcomes }: { readonly outcomes: readonly ForbiddenOutcome[] }) {
  const [open, setOpen] = useState<string>();
  const together = new Map<string, ForbiddenOutcome[]>();
  for (const outcome of outcomes) {
    const key = outcome.clauses.join();
    together.set(key, [...(together.get(key) ?? []), outcome]);
  }
  const shown = open === undefined ? undefined : together.get(open);
  return (
    <details class="forbidden-list" open>
      <summary>
        {outcomes.length} forbidden {outcomes.length === 1 ? 'outcome' : 'outcomes'}
      </summary>
      <ul class="chips">
        {[...together].map(([key, alike]) => (
          <li key={key}>
            <button
              type="button"
              class="step forbidden"
              aria-expanded={open === key}
              onClick={() => setOpen(open === key ? undefined : key)}
            >
              <span aria-hidden="true">✕ </span>
              <span class="hidden">forbidden: </span>
              {[...new Set(alike.map((outcome) => `${labelOf(outcome)}${countsText(outcome)}`))].join(' · ')}{' '}
              <span class="by">{byText(alike[0]!)}</span>
            </button>
          </li>
        ))}
      </ul>
      {shown !== undefined && <Why outcomes={shown} />}
    </details>
  );
}

const byText = ({ clauses }: ForbiddenOutcome): string => `${clauses[0]}${clauses.length > 1 ? ` +${clauses.length - 1}` : ''}`;

const countsText = ({ counts, shown }: ForbiddenOutcome): string => {
  if (counts.length === 0) return (shown as { rc?: number }).rc === 0 && Object.keys(shown).length === 1 ? ', no count of bytes' : '';
  return counts.length > 3 ? ', with any count' : `, ${counts.join(' or ')} bytes`;
};

function Why({ outcomes }: { readonly outcomes: readonly ForbiddenOutcome[] }) {
  const [first] = outcomes;
  const wanted = new Map(outcomes.flatMap((outcome) => outcome.wanted).map((one) => [one.needs.join(', and '), one]));
  wanted.delete('');
  return (
    <div class="why" role="status">
      <p>{outcomes.length === 1 ? `${first!.message}. It would break` : 'Each would break'}</p>
      <ClauseTexts ids={first!.clauses} />
      {wanted.size > 0 && (
        <>
          <p>It would be permitted only if</p>
          <ul>
            {[...wanted].map(([needs, { clauses }]) => (
              <li key={needs}>
                {needs} <ClauseChips ids={clauses} />
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

// ---- How a send is made --------------------------------------------------------------------------------------------------------

const indications = [
  ['none', 'nothing: no OVERLAPPED'],
  ['event', 'the event of an OVERLAPPED'],
  ['routine', 'a completion routine'],
  ['result', 'an OVERLAPPED that is asked'],
] as const;

interface SendFormProps {
  readonly send: SendChoice;
  readonly sockets: readonly string[];
  readonly onSend: (send: SendChoice) => void;
}

function SendForm({ send, sockets, onSend }: SendFormProps) {
  const flags = (['MSG_OOB', 'MSG_PARTIAL', 'MSG_DONTROUTE'] as const).filter((flag) => flag in sendFlags);
  return (
    <fieldset class="send-form">
      <legend class="hidden">How the send is made</legend>
      {sockets.length > 1 && (
        <label>
          Socket{' '}
          <select value={send.socket} onChange={(event) => onSend({ ...send, socket: event.currentTarget.value })}>
            {sockets.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      )}
      <label>
        Bytes{' '}
        <input
          type="number"
          min="0"
          max="1000000"
          value={send.bytes}
          onInput={(event) =>
            onSend({ ...send, bytes: Math.max(0, Math.min(1_000_000, Math.trunc(event.currentTarget.valueAsNumber) || 0)) })
          }
        />
      </label>
      <label>
        Reported by{' '}
        <select
          value={send.indication}
          onChange={(event) => onSend({ ...send, indication: event.currentTarget.value as SendChoice['indication'] })}
        >
          {indications.map(([value, title]) => (
            <option key={value} value={value}>
              {title}
            </option>
          ))}
        </select>
      </label>
      {flags.map((flag) => (
        <label key={flag} class="check">
          <input
            type="checkbox"
            checked={send.flags.includes(flag)}
            onChange={() =>
              onSend({ ...send, flags: send.flags.includes(flag) ? send.flags.filter((one) => one !== flag) : [...send.flags, flag] })
            }
          />{' '}
          {flag}
        </label>
      ))}
      <label class="check">
        <input type="checkbox" checked={send.begins} onChange={() => onSend({ ...send, begins: !send.begins })} /> on a thread of its own,
        so that it may block
      </label>
    </fieldset>
  );
}
