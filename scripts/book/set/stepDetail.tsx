/** What was possible behind one step: each thing with the ways in which it may be, and those that the step ended, by what clause. */

import type { Fate, SubjectAccount } from '../../../model/possible/account.ts';
import { permittedText } from '../../report/stepText.ts';
import { ClauseChips, ClauseTexts } from '../explorer/clauseLinks.tsx';
import type { Detail, Rejected, StepLine } from './replay.ts';
import { WaysGraph } from './waysGraph.tsx';

export function StepDetail({ row, detail }: { readonly row: StepLine; readonly detail: Detail | undefined }) {
  return (
    <section class="detail" aria-labelledby="detail-title" aria-live="polite">
      <h2 id="detail-title">
        Line {row.line} <code>{row.text}</code>
      </h2>
      {detail === undefined ? (
        <p class="quiet">One moment …</p>
      ) : (
        <>
          {detail.rejected !== undefined && <Rejection rejected={detail.rejected} />}
          {detail.ways.map((thing) => (
            <WaysGraph key={`${thing.kind} ${thing.name}`} {...thing} />
          ))}
          {detail.subjects.map((subject) => (
            <Subject key={`${subject.kind} ${subject.name}`} subject={subject} rejected={detail.rejected} />
          ))}
          {detail.untouched.length > 0 && (
            <details>
              <summary>{detail.untouched.length} things that this step does not touch</summary>
              {detail.untouched.map((subject) => (
                <Subject key={`${subject.kind} ${subject.name}`} subject={subject} rejected={undefined} />
              ))}
            </details>
          )}
        </>
      )}
    </section>
  );
}

function Rejection({ rejected: { message, clauses, permitted, rulings, wanted } }: { readonly rejected: Rejected }) {
  const needs = wanted.filter((one) => one.needs.length > 0);
  return (
    <div class="notice forbidden">
      <p>
        <strong>Not permitted:</strong> {message}. It breaks
      </p>
      {clauses.length === 0 ? <p>no specific clause: nothing on the page leads to this step.</p> : <ClauseTexts ids={clauses} />}
      {rulings.length > 0 && (
        <p>Decided by the rulings {rulings.join(', ')}: under another profile, which reads them differently, the verdict would differ.</p>
      )}
      {permitted.length > 0 && (
        <>
          <p>Permitted in its place</p>
          <ul>
            {permitted.map((outcome) => (
              <li key={JSON.stringify(outcome)}>{permittedText(outcome)}</li>
            ))}
          </ul>
        </>
      )}
      {needs.length > 0 && (
        <>
          <p>It would be permitted only if</p>
          <ul>
            {needs.map((one) => (
              <li key={one.needs.join()}>
                {one.needs.join(', and ')} <ClauseChips ids={one.clauses} />
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

const kindTitle: { readonly [kind in SubjectAccount['kind']]: string } = {
  network: '',
  socket: 'Socket',
  circuit: 'Circuit of',
  bytes: 'Bytes of',
  operation: 'Operation',
  event: 'Event of',
  routine: 'Routine of',
  call: 'Call',
};

function Subject({ subject, rejected }: { readonly subject: SubjectAccount; readonly rejected: Rejected | undefined }) {
  const { kind, name, before, after, isCut } = subject;
  const alive = new Set(after.map(({ id }) => id));
  const isRejected = rejected !== undefined;
  const dead = before.filter(({ died }) => died !== undefined);
  const standing = isRejected ? before.filter(({ died }) => died === undefined).map(({ id, says }) => ({ id, says, isNew: false })) : after;
  return (
    <div class="card subject">
      <h3>
        {kindTitle[kind]} {kind === 'network' ? 'The network' : <code>{name}</code>}
      </h3>
      <ul class="fates">
        {standing.map(({ id, says, isNew }) => (
          <li key={id} class={isNew ? 'new' : undefined}>
            {isNew && <span class="badge permitted">new</span>} {says}
          </li>
        ))}
        {dead.map((fate) => (
          <Dead
            key={fate.id}
            fate={fate}
            isBack={!isRejected && alive.has(fate.id)}
            isRepeated={fate.died!.message === rejected?.message}
          />
        ))}
        {isCut && <li class="quiet">More ways were open than are kept.</li>}
      </ul>
    </div>
  );
}

function Dead({ fate, isBack, isRepeated }: { readonly fate: Fate; readonly isBack: boolean; readonly isRepeated: boolean }) {
  const { says, died, instead = [], wanted = [] } = fate;
  const needs = wanted.filter((one) => one.needs.length > 0);
  return (
    <li class="dead">
      <span aria-hidden="true">† </span>
      <span class="hidden">ended: </span>
      <s>{says}</s>
      {!isRepeated && (
        <span class="reason">
          {died!.message} <ClauseChips ids={died!.clauses} />
        </span>
      )}
      {isBack && <span class="reason">It may have come about since, and is possible again.</span>}
      {instead.length > 0 && (
        <span class="reason">In that case this would have been needed: {instead.map(permittedText).join(', or ')}</span>
      )}
      {needs.length > 0 && <span class="reason">or that {needs.map((one) => one.needs.join(', and ')).join('; or that ')}</span>}
    </li>
  );
}
