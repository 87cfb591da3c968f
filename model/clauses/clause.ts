/**
 * A clause is one rule of the WSPSend page in this project's own words, tied to the sentence that it was read from.
 *
 * The sentence itself is not kept here: a locator says where it stands, and a hash whether it still reads the same
 * (`sentenceHashes.ts`). A sentence that says several things has several clauses with one source. An id is never given to another
 * rule; a clause that is dropped stays in its table.
 */

/** `<Section>:<n>`. */
export type ClauseName = `${string}:${number}`;

/** Whom a clause speaks to. */
export type ClauseKind = 'provider' | 'caller' | 'permission' | 'definition' | 'informative';

/** Where a sentence stands on the page, counted from 1. */
export interface Source {
  readonly section: string;
  readonly paragraph: number;
  readonly sentence: number;
}

/** What becomes of a clause: it is modelled, says again what another says, informs, or is contradicted by the page itself. */
export type ClauseStatus =
  | { readonly is: 'modelled' }
  /** Another clause already says it; rules and tests cite that one. */
  | { readonly is: 'restates'; readonly clause: ClauseName }
  | { readonly is: 'informative'; readonly because: string }
  /** Another sentence of the page says otherwise; the ruling says what holds in which profile. */
  | { readonly is: 'contradicted'; readonly ruling: string };

/** One sentence of the page, in our words, with its place. */
export interface Clause {
  readonly id: ClauseName;
  readonly source: Source;
  readonly text: string;
  readonly kind: ClauseKind;
  readonly status: ClauseStatus;
}

export const modelled = { is: 'modelled' } as const satisfies ClauseStatus;
