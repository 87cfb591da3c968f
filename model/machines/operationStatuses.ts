/**
 * Which status an operation may have, and what an observation of it shows. A routine is given it, a client asks for it, a provider reports
 * it by an upcall, a packet of a port carries it: the status and what causes it are the same.
 */

import {
  type OperationFact,
  type OperationRule,
  type OperationState,
  type Rules,
  type StatusCode,
  type StatusSource,
  statusCodes,
} from './operationWords.ts';
import { type Guard, guardsOver, permits, permitsBy, reading, refuses } from './rules.ts';

const { all, any, no } = guardsOver<OperationFact>();

/** Where the page says how status and count are reported: a routine is given both, and a client that asks gets both as the result. */
const reporting = {
  result: { status: 'Overlapped:7', count: 'Immediate:6' },
  routine: { status: 'Prototype:8', count: 'Prototype:9' },
  upcall: { status: 'Overlapped:7', count: 'Immediate:6' },
  packet: { status: 'Overlapped:7', count: 'Immediate:6' },
} as const satisfies { readonly [source in StatusSource]: object };

/** A code that the table of the page does not have: the reading that knows of its cause is named where it decides. */
const withCause = reading('BeyondTheTable:with-cause');
const beyondTheTable: readonly OperationRule[] = [{ guard: withCause, ...refuses('Overlapped:7') }, refuses('Overlapped:7')];

/** Which status an operation may have, each with what causes it. The conditions are those of the error table of the page. */
const statusRules = (
  source: StatusSource,
  target: OperationState | undefined,
): { readonly [code in StatusCode]: readonly OperationRule[] } => {
  const { count } = reporting[source];
  const to = target === undefined ? {} : { target };
  const when = (guard: Guard<OperationFact>, ...clauses: Parameters<typeof permits>): OperationRule => ({
    guard: all(guard, 'bytesWithin'),
    ...to,
    ...permits(...clauses),
  });
  const tooMany: OperationRule = { guard: no('bytesWithin'), ...refuses(count) };
  const unreachable: readonly OperationRule[] = [tooMany, when(all('routeMayBeLost', withCause), 'Overlapped:7'), ...beyondTheTable];
  const closedAborts = all('closedCircuit', reading('M3:connection-aborted'));
  return {
    '0': [
      {
        guard: all('mayBeConsumed', 'bytesAll', no(all('surelyOversize', reading('M2:oversize-pends')))),
        ...to,
        ...permits('Overlapped:3'),
      },
      { guard: 'bytesAll', ...refuses('Overlapped:3') },
      refuses(count),
    ],
    WSA_OPERATION_ABORTED: [
      tooMany,
      { guard: all(closedAborts, no(any('cancelled', 'flushed', 'threadGone'))), ...refuses('WSA_OPERATION_ABORTED:1') },
      when('closed', 'WSA_OPERATION_ABORTED:1'),
      when(all('flushed', no(reading('M8:not-supported'))), 'WSA_OPERATION_ABORTED:2'),
      when(all('threadGone', no(all('portBound', reading('M6:port-survives')))), 'ThreadExit:1', 'ThreadExit:2'),
      { guard: all('cancelled', 'bytesWithin'), ...to, ...permitsBy('AbortCauses:four-causes') },
      // Only what is bound to a completion port comes here: the exit leaves it alone.
      { guard: 'threadGone', ...refuses('ThreadExit:1', 'WSA_OPERATION_ABORTED:1', 'WSA_OPERATION_ABORTED:2') },
      refuses('WSA_OPERATION_ABORTED:1', 'WSA_OPERATION_ABORTED:2'),
    ],
    WSAECONNRESET: [
      tooMany,
      when(any('mayBeReset', 'resetReported'), 'WSAECONNRESET:1'),
      when(all('mayBeKeepAliveFailed', reading('M9:reset-or-aborted')), 'WSAECONNRESET:1'),
      refuses('WSAECONNRESET:1'),
    ],
    WSAECONNABORTED: [
      tooMany,
      // A time-out or other failure: whatever may have broken the circuit.
      when(any('mayBeTimedOut', 'mayBeKeepAliveFailed', 'networkMayBeDown', 'mayBeReset', 'resetReported'), 'WSAECONNABORTED:1'),
      when(closedAborts, 'WSAECONNABORTED:1'),
      refuses('WSAECONNABORTED:1'),
    ],
    WSAENETRESET: [
      tooMany,
      { guard: reading('M9:reset-or-aborted'), ...refuses('WSAENETRESET:1') },
      when('mayBeKeepAliveFailed', 'WSAENETRESET:1'),
      when(all(any('mayBeReset', 'resetReported'), reading('D2:literal')), 'WSAENETRESET:1'),
      refuses('WSAENETRESET:1'),
    ],
    // What has given all of its bytes to the transport is short of no buffers any more.
    WSAENOBUFS: [
      tooMany,
      when(all('mayBeKeepAliveFailed', reading('D2:literal')), 'WSAENOBUFS:1'),
      { guard: 'surelyTaken', ...refuses('Overlapped:3') },
      { ...to, ...permitsBy('NoBufs:any-time', 'WSAENOBUFS:1') },
    ],
    WSAENETDOWN: [tooMany, when('networkMayBeDown', 'WSAENETDOWN:1'), refuses('WSAENETDOWN:1')],
    WSAESHUTDOWN: [
      tooMany,
      when(all('shutDown', 'shutDownBoth', reading('D10:open')), 'WSAESHUTDOWN:2'),
      when(all('shutDown', reading('D10:open')), 'WSAESHUTDOWN:1'),
      refuses('WSAESHUTDOWN:1'),
    ],
    WSAEMSGSIZE: [
      tooMany,
      { guard: 'bytesReported', ...refuses('MessageSize:4', 'WSAEMSGSIZE:1') },
      when('mayBeOversize', 'WSAEMSGSIZE:1'),
      refuses('WSAEMSGSIZE:1'),
    ],
    WSAEOPNOTSUPP: [
      tooMany,
      when(all('mayBeUnsupported', 'outOfBand', 'partialMessage'), 'WSAEOPNOTSUPP:2', 'WSAEOPNOTSUPP:3'),
      when(all('mayBeUnsupported', 'partialMessage'), 'WSAEOPNOTSUPP:3'),
      when('mayBeUnsupported', 'WSAEOPNOTSUPP:2'),
      refuses('WSAEOPNOTSUPP:2'),
    ],
    WSAENETUNREACH: unreachable,
    WSAEHOSTUNREACH: unreachable,
    WSAEADDRNOTAVAIL: unreachable,
  };
};

/** What an observation shows apart from the status: who gets it, and how. */
const shownBy: { readonly [source in StatusSource]: Parameters<typeof permits> } = {
  result: ['Overlapped:7', 'Immediate:6'],
  routine: ['Overlapped:4', 'QueueApc:1', 'QueueApc:9', 'QueueApc:10', 'Prototype:8', 'Prototype:9', 'Prototype:10', 'Order:1'],
  upcall: ['Event:1'],
  packet: ['Overlapped:3'],
};

/** The rules for every status that an observation may show, behind those that decide before. */
export const namedBy = (source: StatusSource, before: readonly OperationRule[], target?: OperationState): Rules => {
  // Nothing was reported before of an operation that pends: a report would have made it complete.
  const isFirst = target === 'due';
  return Object.fromEntries(
    Object.entries(statusRules(source, target)).map(([code, rules]) => [
      `${source}.${code}`,
      [
        ...before,
        ...(isFirst ? [] : [contradicts(source, code)]),
        ...rules.map((rule) =>
          rule.meta.verdict === 'permits' ? { ...rule, meta: { ...rule.meta, clauses: [...rule.meta.clauses, ...shownBy[source]] } } : rule,
        ),
      ],
    ]),
  );
};

/** Success with another count than was asked for is refused by its count, and not here. */
const contradicts = (source: StatusSource, code: string): OperationRule => ({
  guard: code === '0' ? all('contradictsKnown', 'bytesAll') : 'contradictsKnown',
  ...refuses(reporting[source].status, reporting[source].count),
});

/** The same rules for every status that an observation may show. */
export const everyStatus = (source: StatusSource, ...rules: readonly OperationRule[]): Rules =>
  Object.fromEntries(statusCodes.map((code) => [`${source}.${code}`, rules]));
