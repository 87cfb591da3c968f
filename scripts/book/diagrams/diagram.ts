/** A machine as a picture, drawn by Graphviz when the book is made. One rule, or one state, can be lit. */

import { instance, type Viz } from '@viz-js/viz';
import { leavesOf, type State } from '../../../model/machines/rules.ts';
import type { AnyRegion, PlacedRule } from '../shown/regions.ts';

/** Draws a region, with a rule lit where one is given. The result is an `svg` element without colours: the style sheet has them. */
export type Draw = (region: AnyRegion, lit?: PlacedRule) => string;

export async function newDraw(): Promise<Draw> {
  const viz = await instance();
  const drawn = new Map<string, string>();
  return (region, lit) => {
    const dot = dotOf(region, lit);
    let svg = drawn.get(dot);
    if (svg === undefined) drawn.set(dot, (svg = svgOf(viz, dot)));
    return svg;
  };
}

/** The element itself: the size is left to the page, and titles, which would be read out one by one, to the caption. */
const svgOf = (viz: Viz, dot: string): string =>
  viz
    .renderString(dot, { format: 'svg', engine: 'dot' })
    .replace(/^[\s\S]*?(?=<svg)/, '')
    .replace(/<title>[\s\S]*?<\/title>\n?/g, '')
    .replace(/<!--[\s\S]*?-->\n?/g, '')
    .replace(/ (?:fill|stroke|font-family|font-size)="[^"]*"/g, '')
    .replace(/<svg width="(\d+)pt" height="\d+pt"/, (_, width: string) => `<svg style="max-width:${Math.round(Number(width) * 1.25)}px"`)
    .replace(/ xmlns:xlink="[^"]*"/, '')
    .replace(/ id="[^"]*"/g, '')
    .trim();

interface Arrow {
  /** A state, or a parent whose states all have it. */
  readonly from: string;
  readonly to: string;
  readonly labels: Set<string>;
  readonly isLit: boolean;
}

function dotOf(region: AnyRegion, lit?: PlacedRule): string {
  const arrows = arrowsOf(region, lit);
  const loops = lit !== undefined && lit.rule.target === undefined ? [loopOf(lit, leavesByParent(region).has(lit.state))] : [];
  const isInside = (state: string): boolean => lit !== undefined && (lit.state === region.id || lit.leaves.includes(state));
  const nodes = (name: string, state: State<string, string, string>, depth: number): string => {
    if (state.states === undefined) return `"${name}" [class="${isInside(name) ? 'state lit' : 'state'}"];`;
    const inner = Object.entries(state.states).map(([each, within]) => nodes(each, within, depth + 1));
    if (depth === 0) return inner.join('\n');
    const isLit = lit?.state === name;
    return `subgraph "cluster_${name}" { label="${name}"; margin=12; class="${isLit ? 'parent lit' : 'parent'}";\n${inner.join('\n')} }`;
  };
  return `digraph "${region.id}" {
compound=true; rankdir=LR; bgcolor="transparent"; fontname="sans-serif"; fontsize=11; labeljust=l; nodesep=0.25; ranksep=0.55; pad=0.1;
node [shape=box, style=rounded, fontname="sans-serif", fontsize=13, height=0.35, margin="0.12,0.06"];
edge [fontname="sans-serif", fontsize=11, arrowsize=0.7];
start [shape=circle, label="", width=0.12, height=0.12, class=start];
start -> "${region.initial}" [class=first];
${nodes(region.id, region, 0)}
${[...arrows, ...loops].join('\n')}
}`;
}

/** The transitions that lead elsewhere; those between the same two are one arrow, and so are those of a parent that leave it. */
function arrowsOf(region: AnyRegion, lit?: PlacedRule): string[] {
  const leaves = leavesOf(region);
  const inside = leavesByParent(region);
  const arrows = new Map<string, Arrow>();
  for (const [leaf, events] of leaves) {
    for (const [event, standings] of events) {
      for (const { rule, at } of standings) {
        const to = rule.target;
        if (to === undefined || to === leaf || rule.meta.verdict !== 'permits') continue;
        const within = inside.get(at[1] ?? '') ?? [];
        const from = within.length > 1 && !within.includes(to) ? at[1]! : leaf;
        const isLit = lit !== undefined && rule === lit.rule && event === lit.event;
        const key = `${from} ${to} ${isLit}`;
        const arrow = arrows.get(key) ?? { from, to, labels: new Set(), isLit };
        arrow.labels.add(event);
        arrows.set(key, arrow);
      }
    }
  }
  return [...arrows.values()].map(({ from, to, labels, isLit }) => {
    const of = inside.get(from);
    const tail = of === undefined ? '' : `, ltail="cluster_${from}"`;
    // What leads back to the beginning would turn the picture around.
    const order = to === region.initial ? ', constraint=false' : '';
    const classes = isLit ? 'arrow lit permitted' : 'arrow';
    return `"${of?.[0] ?? from}" -> "${to}" [label="${labelOf([...labels])}", class="${classes}"${tail}${order}];`;
  });
}

/** The states without any inside, for each parent. */
function leavesByParent(region: AnyRegion): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const visit = (name: string, { states }: State<string, string, string>): readonly string[] => {
    if (states === undefined) return [name];
    const inner = Object.entries(states).flatMap(([each, state]) => visit(each, state));
    found.set(name, inner);
    return inner;
  };
  for (const [name, state] of Object.entries(region.states)) visit(name, state);
  return found;
}

const familyMax = 2;

/** Events on a line each; a family of several is one line. */
const labelOf = (events: readonly string[]): string => {
  const families = new Map<string, string[]>();
  for (const event of events) {
    const family = event.split('.')[0]!;
    families.set(family, [...(families.get(family) ?? []), event]);
  }
  return [...families]
    .flatMap(([family, members]) => (members.length > familyMax ? [`${family}, ${members.length} ways`] : members))
    .join('\\n');
};

/** A rule that leads nowhere else: a loop where it stands, or an arrow to where no step goes. */
function loopOf({ rule, event, leaves, state }: PlacedRule, isParent: boolean): string {
  const [first] = leaves;
  if (rule.meta.verdict === 'permits') return `"${first}" -> "${first}" [label="${event}", class="arrow lit permitted"];`;
  const tail = isParent ? `, ltail="cluster_${state}"` : '';
  return `"refused" [label="✕ not permitted", class="refused"];\n"${first}" -> "refused" [label="${event}", class="arrow lit forbidden"${tail}];`;
}
