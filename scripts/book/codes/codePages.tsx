/** A page for each error code: where the page permits it, by which rules, and what traces show. */

import { register } from '../../../model/clauses/register.ts';
import { statusCodes } from '../../../model/machines/operationWords.ts';
import { questions } from '../../../model/questions/questions.ts';
import { codesOf, sendCodes } from '../../../model/winsock/callCodes.ts';
import { type ErrorCode, errorCodes } from '../../../model/winsock/codes.ts';
import { callNames } from '../../../model/winsock/trace.ts';
import type { Vector } from '../../../properties/vectors/vector.ts';
import type { BookPage } from '../frame/bookPage.ts';
import { PageLink } from '../frame/links.tsx';
import { codePath, deviationPath, questionPath } from '../frame/paths.ts';
import type { Material, Stack } from '../material.ts';
import { HeadedTable } from '../shown/headedTable.tsx';
import { type PlacedRule, regions, rulesOfRegion } from '../shown/regions.ts';
import { RuleView } from '../shown/rule.tsx';
import { VectorView } from '../shown/vector.tsx';
import { ClauseLink, CommaList, Prose } from '../shown/words.tsx';

const codes = Object.keys(errorCodes) as ErrorCode[];

export const codePages = (material: Material): BookPage[] => [
  {
    path: 'codes.html',
    title: 'Error codes',
    summary: 'Every error code of a send: its number, where the page permits it, and by which clause.',
    part: 'codes',
    body: () => <CodeList />,
  },
  ...codes.map(
    (code): BookPage => ({
      path: codePath(code),
      title: `${code} (${errorCodes[code]}) of WSPSend`,
      summary: `When WSPSend may give ${code}, error ${errorCodes[code]}, and when it may not.`,
      part: 'codes',
      styles: ['scripts/book/clauses/clauses.css'],
      body: () => <CodePage code={code} material={material} />,
    }),
  ),
];

const clausesOf = (code: string) => register.filter(({ source }) => source.section === code);
const mentioning = (code: string) => register.filter(({ text, source }) => source.section !== code && text.includes(code));

/** What a code may be, in the words of its column. */
const roleOf = (code: ErrorCode): string => {
  if (code === 'WSA_IO_PENDING') return 'The send has begun, and its completion is indicated later';
  if (code === 'WSA_IO_INCOMPLETE') return 'A poll of an operation that is not over';
  const isResult = (sendCodes as readonly string[]).includes(code);
  const isStatus = (statusCodes as readonly string[]).includes(code);
  if (isResult && isStatus) return 'The result of a send, or the status of an operation';
  if (isStatus) return 'The status of an operation';
  return isResult ? 'The result of a send' : 'Given by other calls than sends';
};

function CodeList() {
  const inTable = codes.filter((code) => clausesOf(code).length > 0);
  const others = codes.filter((code) => !inTable.includes(code));
  return (
    <>
      <h1>Error codes</h1>
      <p class="lead">
        Where several codes apply, each of them is permitted: the page does not rank them. A code without a cause is not permitted.
      </p>
      <h2>In the table of the page</h2>
      <CodeTable codes={inTable} />
      <h2>Beyond it</h2>
      <CodeTable codes={others} />
    </>
  );
}

function CodeTable({ codes: shown }: { readonly codes: readonly ErrorCode[] }) {
  return (
    <HeadedTable headings={['Code', 'What it may be', 'Clauses']}>
      {shown.map((code) => (
        <tr key={code}>
          <th scope="row">
            <PageLink to={codePath(code)}>
              <code>{code}</code>
            </PageLink>{' '}
            <span class="quiet">{errorCodes[code]}</span>
          </th>
          <td>{roleOf(code)}</td>
          <td>
            {[...clausesOf(code), ...mentioning(code)].map(({ id }, at) => (
              <span key={id}>
                {at > 0 && ', '}
                <ClauseLink id={id} />
              </span>
            ))}
          </td>
        </tr>
      ))}
    </HeadedTable>
  );
}

/** The events of machines that stand for the code. */
const eventsOf = (code: ErrorCode): { readonly result: string; readonly status: string } => {
  if (code === 'WSA_IO_PENDING') return { result: 'WSPSend.pends', status: '' };
  if (code === 'WSA_IO_INCOMPLETE') return { result: '', status: 'result.incomplete' };
  return { result: `WSPSend.${code}`, status: `result.${code}` };
};

const rulesOn = (region: string, event: string): readonly PlacedRule[] =>
  rulesOfRegion(regions.find(({ id }) => id === region)!).filter((placed) => placed.event === event && placed.heldBy.length > 0);

function CodePage({ code, material }: { readonly code: ErrorCode; readonly material: Material }) {
  const { result, status } = eventsOf(code);
  return (
    <>
      <p class="eyebrow">
        <PageLink to="codes.html">Error codes</PageLink>
      </p>
      <h1>
        <code>{code}</code> <span class="quiet">{errorCodes[code]}</span>
      </h1>
      <p class="lead">{roleOf(code)}.</p>
      <OtherCalls code={code} />
      <Sentences code={code} />
      <Traces code={code} vectors={[...material.vectors.values()]} />
      <Rules title="As the result of a send" id="result" rules={rulesOn('socket', result)} />
      <Rules title="As the status of an operation" id="status" rules={rulesOn('operation', status)} />
      <Asked code={code} />
      <Deviating code={code} stacks={material.stacks} />
    </>
  );
}

/** Which other calls have it on their own pages. */
function OtherCalls({ code }: { readonly code: ErrorCode }) {
  const others = callNames.filter((call) => call !== 'WSPSend' && (codesOf[call] as readonly string[]).includes(code));
  if (others.length === 0) return null;
  return (
    <p class="quiet">
      Also documented for <CommaList items={others.map((call) => [call, <code>{call}</code>])} />.
    </p>
  );
}

function Sentences({ code }: { readonly code: string }) {
  const own = clausesOf(code);
  const found = [...own, ...mentioning(code)];
  if (found.length === 0) return <p class="note">The page does not name it.</p>;
  return (
    <section aria-labelledby="page">
      <h2 id="page">On the page</h2>
      {own.length === 0 && <p class="quiet">It is not a row of the table; other sentences name it.</p>}
      <ul>
        {found.map(({ id, text }) => (
          <li key={id}>
            <ClauseLink id={id} /> <Prose text={text} here={code} />
          </li>
        ))}
      </ul>
    </section>
  );
}

const tracesMax = 2;

function Traces({ code, vectors }: { readonly code: string; readonly vectors: readonly Vector[] }) {
  const showing = vectors.filter(({ steps }) => JSON.stringify(steps.at(-1)).includes(`"${code}"`));
  const shortest = (...results: Vector['result'][]) =>
    showing
      .filter(({ result }) => results.includes(result))
      .sort((a, b) => a.steps.length - b.steps.length)
      .slice(0, tracesMax);
  const permitted = shortest('valid', 'acceptable');
  const forbidden = shortest('invalid');
  if (permitted.length + forbidden.length === 0) return null;
  return (
    <section aria-labelledby="traces">
      <h2 id="traces">Traces that end with it</h2>
      <div class="pair">
        <div>
          {permitted.map((vector) => (
            <VectorView key={vector.id} vector={vector} title={vector.result === 'valid' ? 'Permitted' : 'Permitted under some readings'} />
          ))}
        </div>
        <div>
          {forbidden.map((vector) => (
            <VectorView key={vector.id} vector={vector} title="Not permitted" />
          ))}
        </div>
      </div>
    </section>
  );
}

function Rules({ title, id, rules }: { readonly title: string; readonly id: string; readonly rules: readonly PlacedRule[] }) {
  if (rules.length === 0) return null;
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <p class="quiet">The first rule of a state whose condition holds decides; those of an outer state come after its own.</p>
      {rules.map((placed) => (
        <RuleView key={placed.id} placed={placed} />
      ))}
    </section>
  );
}

function Asked({ code }: { readonly code: string }) {
  const asked = questions.filter(({ asks, answer, words = '' }) => `${asks} ${answer} ${words}`.includes(code));
  if (asked.length === 0) return null;
  return (
    <section aria-labelledby="asked">
      <h2 id="asked">Questions about it</h2>
      <ul>
        {asked.map(({ id, asks }) => (
          <li key={id}>
            <PageLink to={questionPath(id)}>{asks}</PageLink>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Deviating({ code, stacks }: { readonly code: string; readonly stacks: readonly Stack[] }) {
  const found = stacks.flatMap(({ name, ledger }) =>
    ledger.flatMap(({ outcome, observation, clauses }, at) => (outcome?.includes(code) ? [{ name, at, observation, clauses }] : [])),
  );
  if (found.length === 0) return null;
  return (
    <section aria-labelledby="deviating">
      <h2 id="deviating">Stacks that give it where it is not permitted</h2>
      <ul>
        {found.map(({ name, at, observation }) => (
          <li key={`${name} ${at}`}>
            <PageLink to={deviationPath(name, at)}>
              {name}: {observation}
            </PageLink>
          </li>
        ))}
      </ul>
    </section>
  );
}
