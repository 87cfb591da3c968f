/** A page for each machine: its picture, and every rule by state and event. */

import type { State } from '../../../model/machines/rules.ts';
import type { Draw } from '../diagrams/diagram.ts';
import type { BookPage } from '../frame/bookPage.ts';
import { PageLink } from '../frame/links.tsx';
import { ruleAnchor } from '../frame/paths.ts';
import { DiagramFigure } from '../shown/figure.tsx';
import { type AnyRegion, type PlacedRule, regions, rulesOfRegion } from '../shown/regions.ts';
import { RuleView } from '../shown/rule.tsx';

const about: Readonly<Record<string, string>> = {
  socket: 'The lifecycle of a socket, and what a send may give in each of its states.',
  circuit: 'The virtual circuit: something breaks it, and the sender notices later.',
  operation: 'An overlapped operation, from the call that posts it to its indication.',
  call: 'A call that has begun and has not returned: whether it may block.',
  delivery: 'What the peer receives.',
};

export const machinePages = (draw: Draw | undefined): BookPage[] => [
  {
    path: 'machines.html',
    title: 'Machines',
    summary: 'The five state machines that hold the rules of WSPSend.',
    part: 'machines',
    body: () => (
      <>
        <h1>Machines</h1>
        <p class="lead">The rules are those of five state machines. Each transition cites its clauses.</p>
        {regions.map((region) => (
          <section key={region.id}>
            <h2>
              <PageLink to={`machines/${region.id}.html`}>{region.id}</PageLink>
            </h2>
            <p>{about[region.id]}</p>
            <DiagramFigure draw={draw} region={region} caption={`The machine ${region.id}`} />
          </section>
        ))}
      </>
    ),
  },
  ...regions.map(
    (region): BookPage => ({
      path: `machines/${region.id}.html`,
      title: `The machine ${region.id}`,
      summary: about[region.id]!,
      part: 'machines',
      styles: ['scripts/book/clauses/clauses.css'],
      body: () => <MachinePage region={region} draw={draw} />,
    }),
  ),
];

function MachinePage({ region, draw }: { readonly region: AnyRegion; readonly draw: Draw | undefined }) {
  const rules = rulesOfRegion(region);
  const states = statesOf(region.id, region).filter((name) => rules.some(({ state }) => state === name));
  return (
    <>
      <p class="eyebrow">
        <PageLink to="machines.html">Machines</PageLink>
      </p>
      <h1>{region.id}</h1>
      <p class="lead">{about[region.id]}</p>
      <DiagramFigure draw={draw} region={region} caption={`The machine ${region.id}`} />
      <p>
        The first rule for an event whose condition holds decides; the rules of a state come before those of the states around it.{' '}
        {rules.length} rules:
      </p>
      <ul class="columns">
        {states.map((state) => (
          <li key={state}>
            <a href={`#state-${state}`}>{state === region.id ? 'in every state' : state}</a>
          </li>
        ))}
      </ul>
      {states.map((state) => (
        <section key={state} aria-labelledby={`state-${state}`}>
          <h2 id={`state-${state}`}>{state === region.id ? 'In every state' : state}</h2>
          {eventsIn(rules.filter((placed) => placed.state === state)).map(([event, own]) => (
            <details key={event} class="event" id={`${state}.${event}`}>
              <summary>
                <code>{event}</code> <span class="quiet">{own.length === 1 ? 'one rule' : `${own.length} rules`}</span>
              </summary>
              {own.map((placed) => (
                <div key={placed.id} id={ruleAnchor(placed.id)}>
                  <RuleView placed={placed} />
                </div>
              ))}
            </details>
          ))}
        </section>
      ))}
    </>
  );
}

/** Every state, those around others before what is in them. */
const statesOf = (name: string, { states = {} }: State<string, string, string>): readonly string[] => [
  name,
  ...Object.entries(states).flatMap(([inner, state]) => statesOf(inner, state)),
];

const eventsIn = (rules: readonly PlacedRule[]): readonly (readonly [event: string, rules: readonly PlacedRule[]])[] =>
  [...new Set(rules.map(({ event }) => event))].map((event) => [event, rules.filter((placed) => placed.event === event)]);
