/** The format trace/1: its rules, every kind of line with an example, every field. */

import { type LineField, type LineKind, lineKinds } from '../../../model/winsock/format.ts';
import { formatRules, isObjectAlone } from '../../report/format.ts';
import type { BookPage } from '../frame/bookPage.ts';
import { Prose } from '../shown/words.tsx';

export const formatPages = (): BookPage[] => [
  {
    path: 'format.html',
    title: 'The format trace/1',
    summary: 'Every kind of line of a trace, with every field and an example.',
    part: 'format',
    styles: ['scripts/book/format/format.css'],
    body: () => <Format />,
  },
];

const groups: readonly (readonly [title: string, has: (group: string) => boolean])[] = [
  ['The first line', (group) => group === 'header'],
  ['Calls', (group) => group === 'call' || group === 'end'],
  ['What a send leads to', (group) => ['routine', 'poll', 'upcall', 'port'].includes(group)],
  ['The far end and the world', (group) => ['peer', 'env'].includes(group)],
  ['The caller, and calls outside the vocabulary', (group) => ['caller', 'foreign'].includes(group)],
  ['No steps', (group) => group === 'done' || group === 'x-…'],
];

const firstTrace = `{"wspsend":"trace/1","title":"a send pends, and its event is set when the peer has read"}
{"call":"WSPSocket","socket":"A","type":"SOCK_STREAM","overlapped":true,"returns":{"rc":0}}
{"call":"WSPConnect","socket":"A","returns":{"rc":0}}
{"call":"WSPSend","socket":"A","buffers":[400,600],"overlapped":"o1","event":true,"returns":{"rc":-1,"errno":"WSA_IO_PENDING"}}
{"peer":"recv","socket":"A","runs":[[0,1000]]}
{"env":"settle"}
{"poll":"event","overlapped":"o1","signalled":true}
{"call":"WSPGetOverlappedResult","socket":"A","overlapped":"o1","returns":{"rc":0,"bytes":1000}}`;

const anchor = (name: string): string => name.replaceAll(/[ ,]+/g, '-').replace('…', '');

function Format() {
  const kinds = lineKinds();
  return (
    <>
      <h1>
        The format <code>trace/1</code>
      </h1>
      <p class="lead">What an implementation did, one JSON object a line, in the order in which it was observed.</p>
      <pre tabIndex={0}>
        <code>{firstTrace}</code>
      </pre>
      {formatRules.map((rule) => (
        <p key={rule}>{rule}</p>
      ))}
      <p>
        On a terminal: <code>npx wspsend help trace</code>, or <code>npx wspsend trace WSPSend</code> for one kind. For programs:{' '}
        <code>npx wspsend schema trace</code>.
      </p>
      {groups.map(([title, has]) => {
        const own = kinds.filter(({ group }) => has(group));
        return (
          <section key={title}>
            <h2>{title}</h2>
            <ul class="columns">
              {own.map(({ name }) => (
                <li key={name}>
                  <a href={`#${anchor(name)}`}>{name}</a>
                </li>
              ))}
            </ul>
            {own.map((kind) => (
              <Kind key={kind.name} kind={kind} />
            ))}
          </section>
        );
      })}
    </>
  );
}

function Kind({ kind: { name, about, fields, examples } }: { readonly kind: LineKind }) {
  return (
    <section class="kind" id={anchor(name)} aria-labelledby={`${anchor(name)}-name`}>
      <h3 id={`${anchor(name)}-name`}>
        <code>{name}</code>
      </h3>
      <p>{about}</p>
      <pre tabIndex={0}>
        <code>{examples.map(({ line }) => line).join('\n')}</code>
      </pre>
      {fields.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Meaning</th>
            </tr>
          </thead>
          <tbody>
            <FieldRows fields={fields} within="" />
          </tbody>
        </table>
      )}
    </section>
  );
}

function FieldRows({ fields, within }: { readonly fields: readonly LineField[]; readonly within: string }) {
  return (
    <>
      {fields.map(({ name, isRequired, about, values, names, inner }) => (
        <>
          <tr key={name}>
            <th scope="row">
              <code>
                {within !== '' && <span class="quiet">{within}.</span>}
                {name}
              </code>
              {!isRequired && <span class="optional">may be left out</span>}
            </th>
            <td>
              <Prose text={about} /> {(inner.length === 0 || !isObjectAlone(values)) && <span class="quiet">{sentence(values)}.</span>}
              {names.length > 0 && (
                <details>
                  <summary>{names.length} names are judged</summary>
                  <p class="small">
                    <Prose text={names.join(', ')} />
                  </p>
                </details>
              )}
            </td>
          </tr>
          <FieldRows fields={inner} within={within === '' ? name : `${within}.${name}`} />
        </>
      ))}
    </>
  );
}

const sentence = (words: string): string => `${words[0]!.toUpperCase()}${words.slice(1)}`;
