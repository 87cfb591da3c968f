import { expect, test } from 'vitest';
import { unmetRules } from './unmet.ts';

test('rules that only the oracle can judge are those that no step of a slice meets, each with what the bounded model cannot tell', () => {
  const { rules, permitting } = unmetRules('docs');
  const ids = rules.map(({ rule }) => rule.id);
  const of = (start: string) => ids.filter((id) => id.startsWith(start));
  expect(rules.length).toBeGreaterThan(0);
  expect(rules.length).toBeLessThan(permitting / 2);
  expect(rules.every(({ rule }) => rule.permitted)).toBe(true);
  // The bounded model has no peer that sees an error, and no WSPConnect that is under way.
  expect(of('delivery.error')).toHaveLength(1);
  expect(of('socket.connecting.')).not.toEqual([]);
  expect(rules.find(({ rule }) => rule.id.startsWith('delivery.error'))?.untold).toEqual([
    'caused: no peer of the bounded model sees an error',
  ]);
  // What it does have is met: an operation that pends and is told of, a circuit that breaks, a blocking call that returns.
  expect(of('operation.pending.settle')).toEqual([]);
  expect(of('circuit.')).toEqual([]);
  expect(of('socket.sendShutDown.WSPSend.WSAESHUTDOWN')).toEqual([]);
});
