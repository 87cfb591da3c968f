/** The judged stacks side by side, and a page for each with its known deviations. */

import { profiles } from '../../../model/clauses/profiles.ts';
import { chapters } from '../../../model/clauses/register.ts';
import { standingMeaning } from '../clauses/standings.tsx';
import type { BookPage } from '../frame/bookPage.ts';
import { PageLink } from '../frame/links.tsx';
import { deviationPath, stackPath } from '../frame/paths.ts';
import { type Form, formsOf, type Material, type Stack, stackOnClause } from '../material.ts';
import { TraceView } from '../shown/trace.tsx';
import { Badge, ClauseLink, ClauseLinks, Prose } from '../shown/words.tsx';

export const stackPages = ({ stacks }: Material): BookPage[] => [
  {
    path: 'stacks.html',
    title: 'Judged stacks, clause by clause',
    summary: 'Which implementations deviate from which clause of WSPSend: our ring provider, Linux, Wine.',
    part: 'stacks',
    width: 'wide',
    styles: ['scripts/book/stacks/stacks.css'],
    script: 'scripts/book/stacks/differences.ts',
    body: () => <Comparison stacks={stacks} />,
  },
  ...stacks.map(
    (stack): BookPage => ({
      path: stackPath(stack.name),
      title: `${stack.name} ${stack.version}`.trim(),
      summary: `What ${stack.name} does that the page of WSPSend does not permit.`,
      part: 'stacks',
      styles: ['scripts/book/clauses/clauses.css'],
      body: () => <StackPage stack={stack} />,
    }),
  ),
];

// ---- Side by side --------------------------------------------------------------------------------------------------------------

function Comparison({ stacks }: { readonly stacks: readonly Stack[] }) {
  const rows = rowsOf(stacks);
  const differing = rows.filter(({ deviating }) => deviating > 0);
  const next = new Map(differing.map(({ id }, at) => [id, differing[at + 1]?.id ?? differing[0]!.id]));
  return (
    <>
      <h1>Judged stacks, clause by clause</h1>
      <p class="lead">
        {differing.length} of {rows.length} clauses are broken by at least one of {stacks.length} stacks. A deviation that somebody has
        reviewed is named in its cell.
      </p>
      <fieldset class="filter">
        <legend>Grey out</legend>
        <label>
          <input type="radio" name="grey" id="grey-nothing" defaultChecked /> nothing
        </label>
        <label>
          <input type="radio" name="grey" id="grey-agreed" /> rows in which no stack deviates
        </label>
        {stacks.map(({ name }, at) => (
          <label key={name}>
            <input type="radio" name="grey" id={`grey-without-${at}`} /> rows in which {name} does not deviate
          </label>
        ))}
        <style>{stacks.map((_, at) => greyWithout(at)).join('\n')}</style>
      </fieldset>
      <p class="quiet small keys" hidden>
        <kbd>n</kbd> next difference, <kbd>p</kbd> the one before.
      </p>
      <section class="scroll" tabIndex={0} aria-label="Stacks by clause">
        <table class="comparison">
          <thead>
            <tr>
              <th scope="col">Clause</th>
              {stacks.map(({ name, version }) => (
                <th scope="col" key={name}>
                  <PageLink to={stackPath(name)}>{name}</PageLink> <span class="quiet">{version}</span>
                </th>
              ))}
              <th scope="col">Deviate</th>
            </tr>
          </thead>
          {chapters.map(({ title, clauses }) => {
            const own = rows.filter(({ id }) => clauses.some((entry) => entry.id === id));
            return own.length === 0 ? null : (
              <tbody key={title}>
                <tr class="chapter">
                  <th scope="rowgroup" colSpan={stacks.length + 2}>
                    {title}
                  </th>
                </tr>
                {own.map((row) => (
                  <Row key={row.id} row={row} stacks={stacks} next={next.get(row.id)} />
                ))}
              </tbody>
            );
          })}
        </table>
      </section>
    </>
  );
}

/** Which stacks there are is known when the book is made, so that these rules stand on the page. */
const greyWithout = (at: number): string => {
  const rows = `.wide:has(#grey-without-${at}:checked) .row:not(.by-${at})`;
  return `${rows} { color: var(--quiet); background: var(--sunken); }
${rows} :is(a, .badge, code) { border-color: transparent; background: none; color: var(--quiet); }`;
};

interface ComparedClause {
  readonly id: string;
  readonly text: string;
  readonly deviating: number;
  readonly judged: number;
}

const rowsOf = (stacks: readonly Stack[]): readonly ComparedClause[] =>
  chapters
    .flatMap(({ clauses }) => clauses)
    .flatMap(({ id, text }) => {
      const found = stacks.flatMap((stack) => stackOnClause(stack, id) ?? []);
      const deviating = found.filter(({ standing }) => standing === 'deviates').length;
      return found.length === 0 ? [] : [{ id, text, deviating, judged: found.length }];
    });

interface RowProps {
  readonly row: ComparedClause;
  readonly stacks: readonly Stack[];
  /** The clause of the next row in which a stack deviates. */
  readonly next: string | undefined;
}

function Row({ row: { id, text, deviating, judged }, stacks, next }: RowProps) {
  const breaking = stacks.flatMap((stack, at) => (stackOnClause(stack, id)?.standing === 'deviates' ? [`by-${at}`] : []));
  return (
    <tr id={id} class={['row', deviating > 0 ? 'differs' : 'agrees', ...breaking].join(' ')}>
      <th scope="row">
        <ClauseLink id={id} />
        <span class="what">
          <Prose text={text} />
        </span>
      </th>
      {stacks.map((stack) => (
        <td key={stack.name}>
          <span class="whose">{stack.name}</span>
          <Cell stack={stack} id={id} />
        </td>
      ))}
      <td class="count">
        {deviating} of {judged}
        {next !== undefined && (
          <a href={`#${next}`} class="next">
            <span aria-hidden="true">↓</span> <span class="hidden">From {id} to the next difference, </span>
            {next}
          </a>
        )}
      </td>
    </tr>
  );
}

function Cell({ stack, id }: { readonly stack: Stack; readonly id: string }) {
  const found = stackOnClause(stack, id)!;
  return (
    <>
      <Badge meaning={standingMeaning[found.standing]}>{found.standing}</Badge>
      {found.listed.length > 0 && (
        <ul class="known">
          {found.listed.map((at) => (
            <li key={at}>
              <PageLink to={deviationPath(stack.name, at)}>{stack.ledger[at]!.observation}</PageLink>
            </li>
          ))}
        </ul>
      )}
      {found.why !== undefined && <p class="quiet small">{found.why}</p>}
    </>
  );
}

// ---- One stack -----------------------------------------------------------------------------------------------------------------

function StackPage({ stack: { name, version, what, ledger, reports } }: { readonly stack: Stack }) {
  return (
    <>
      <p class="eyebrow">
        <PageLink to="stacks.html">Judged stacks</PageLink>
      </p>
      <h1>
        {name} <span class="quiet">{version}</span>
      </h1>
      <p class="lead">{what}.</p>
      {reports.length > 0 && (
        <ul>
          {reports.map(({ profile, seed, steps, verdict, clauses }) => (
            <li key={`${profile} ${seed}`}>
              <Badge meaning={verdict === 'conforms' ? 'permitted' : 'forbidden'}>{verdict}</Badge> under {profile}, seed {seed}:{' '}
              {steps.total} steps judged, {clauses.filter(({ grade }) => grade === 'conforms').length} of {clauses.length} clauses held.
            </li>
          ))}
        </ul>
      )}
      {reports.length === 0 && (
        <p class="note">
          There was no report when this book was made, so what follows is its ledger. <code>npm run book -- --report FILE</code> takes one.
        </p>
      )}
      {ledger.length > 0 && <h2>{ledger.length} known deviations</h2>}
      {ledger.length === 0 && <p>No deviation is known.</p>}
      {ledger.map((entry, at) => (
        <section key={entry.observation} id={deviationPath(name, at).split('#')[1]} aria-label={entry.observation} class="deviation">
          <h3>
            {at + 1}. {entry.observation}
          </h3>
          <p>
            <b>Why it is so:</b> <Prose text={entry.reason} />
          </p>
          {formsOf(entry).map((form, which) => (
            <FormOf key={form.trace} form={form} isFirst={which === 0} />
          ))}
        </section>
      ))}
    </>
  );
}

/** One way in which the cause shows. */
function FormOf({ form, isFirst }: { readonly form: Form; readonly isFirst: boolean }) {
  return (
    <>
      {!isFirst && (
        <h4>
          <Prose text={form.observation} />
        </h4>
      )}
      <p class="small">
        <code>{form.step}</code>
        {form.outcome !== undefined && (
          <>
            {' '}
            gives <code>{form.outcome}</code>
          </>
        )}
        ; breaks <ClauseLinks ids={form.clauses} /> <ProfilesOf profile={form.profile} />
      </p>
      <p>
        <b>Expected:</b> <Prose text={form.expectation} />.{form.intermittent === true && ' It is not seen every time.'}
      </p>
      {typeof form.trace !== 'string' && <TraceView text={`${form.trace.join('\n')}\n`} title={form.observation} />}
    </>
  );
}

function ProfilesOf({ profile }: { readonly profile: string | readonly string[] }) {
  const named = [profile].flat();
  return <span class="quiet">({named.length === profiles.length ? 'under every profile' : `under ${named.join(', ')}`})</span>;
}
