/**
 * Which rulings a step depends on: those whose readings stand in the rules that could decide it, and that some profiles read differently.
 */

import { type Profile, profiles, readAlike } from '../../model/clauses/profiles.ts';
import { rulings } from '../../model/clauses/rulings.ts';
import { callRegion } from '../../model/machines/call.machine.ts';
import { operationRegion } from '../../model/machines/operation.machine.ts';
import { leavesOf, type Region, readingsIn } from '../../model/machines/rules.ts';
import { socketRegion } from '../../model/machines/socket.machine.ts';
import { operationEventOf, productEventOf } from '../../model/product/events.ts';
import type { Label } from '../../model/product/labels.ts';
import { menuOf } from '../../model/product/menus.ts';
import type { Knowledge, Known } from './known.ts';

type AnyRegion = Region<string, string, string>;

/** Rulings that two profiles read differently. */
export const partingRulings: readonly string[] = rulings
  .map(({ id }) => id)
  .filter((id) => profiles.some((profile) => !readAlike(profiles[0]!, profile, id)));

export const partOn = (ruling: string, p: Profile, q: Profile): boolean => {
  const found = rulings.find(({ id }) => id === ruling);
  return found !== undefined && !readAlike(p, q, found.id);
};

function readingsOf(region: AnyRegion, state: string, event: string, found: Set<string>): void {
  for (const { rule } of leavesOf(region).get(state)?.get(event) ?? []) {
    for (const reading of readingsIn(rule.guard)) found.add(reading.split(':')[0]!);
  }
}

export function rulingsOf(knowledge: Knowledge, known: Known, label: Label): string[] {
  const found = new Set<string>();
  for (const profile of profiles) {
    for (const words of known[profile] ?? []) {
      const { socket, entries, flags } = knowledge.kernels[profile].describe(words, 0);
      const closed = socket === 'notASocket';
      const observed = operationEventOf(label);
      const entry = 'at' in label ? entries[label.at] : undefined;
      if (observed !== undefined && entry !== undefined) readingsOf(operationRegion as AnyRegion, entry.state, observed, found);
      else readingsOf(socketRegion as AnyRegion, socket, productEventOf(label), found);
      if (label.type === 'settle') {
        if (closed || entries.some(({ marks }) => marks.includes('flushed'))) found.add('CloseCancels');
        for (const { state, kind } of entries) if (kind === 'blocking') readingsOf(callRegion as AnyRegion, state, 'settle', found);
      }
      if (label.type.startsWith('peer.') && (closed || flags.includes('ended'))) {
        found.add(flags.includes('lingerZero') ? 'LingerZero' : 'CloseDelivers');
      }
      if ('menu' in label && menuOf(label.menu)?.factsBy !== undefined) found.add('FaultOfCount');
    }
  }
  return partingRulings.filter((id) => found.has(id));
}
