/**
 * The lifecycle of an overlapped operation: posted, pending, complete, indicated.
 *
 * An operation completes at a moment that nobody observes. `pending` therefore means "not known to be complete": the first
 * observation that shows completion moves it on, and a settle makes it `due` when its completion is owed by then. The results that
 * an observation may show are the same whether a routine is told them or WSPGetOverlappedResult asks for them.
 */

import { type Guard, guardsOver, permits, permitsBy, type Region, type Rule, reading, refuses } from './rules.ts';

export const operationFacts = {
  // ---- how it was posted
  hasEvent: 'the OVERLAPPED has an event',
  hasRoutine: 'a completion routine was given',
  eventStale: 'the event may still be set from an earlier operation',
  seenSet: 'its event was seen set',
  ignored: 'its OVERLAPPED was ignored by a nonoverlapped socket',
  returnedZero: 'WSPSend returned zero',
  // ---- what came back
  bytesAll: 'as many bytes are reported as were asked for',
  bytesWithin: 'no count is reported, or one of no more than can have left',
  bytesWritten: 'a count is reported',
  bytesReported: 'a count is reported that is not 0',
  contradictsKnown: 'another status or count was already reported for this operation',
  flagsZero: 'dwFlags is 0',
  waits: 'fWait was TRUE',
  upcalled: 'its upcall was seen',
  // ---- what may have happened to it
  mayBeConsumed: 'the transport may have taken all of its bytes',
  closed: 'its socket was closed',
  closedCircuit: 'its socket was closed, and was a connected stream',
  cancelled: 'WSPCancelIo named it',
  flushed: 'SIO_FLUSH came after it',
  threadGone: 'the thread that posted it has exited',
  portBound: 'its socket is surely bound to a completion port',
  skipsPort: 'its port is skipped where a send returns zero',
  packetSeen: 'a packet of it was dequeued',
  packetOwed: 'its packet has surely been queued, and was not dequeued',
  shutDown: 'the send side was shut down while it was pending',
  mayBeReset: 'the peer reset the connection, or closed its socket',
  resetReported: 'a reset was already reported on its socket',
  mayBeTimedOut: 'the circuit timed out',
  mayBeKeepAliveFailed: 'a keep-alive failed',
  networkMayBeDown: 'the network subsystem failed, though not surely for its socket',
  mayBeOversize: 'the message may be larger than the maximum',
  surelyOversize: 'the message is larger than the maximum',
  mayBeUnsupported: 'its flags may not be supported',
  outOfBand: 'MSG_OOB was given',
  partialMessage: 'MSG_PARTIAL was given',
  completionOwed: 'it is consumed for certain, or its circuit surely broken, or, where closing cancels, closed, flushed or cancelled',
  seenOver: 'it was seen to be complete',
  surelyTaken: 'the transport surely took all of its bytes',
  // ---- the thread that a routine runs on
  routineOpen: 'whether its routine runs is open, since a nonoverlapped socket filled the OVERLAPPED',
  properThread: 'the thread is the one that posted it',
  alertable: 'the thread is in an alertable wait',
  nested: 'another routine of the same socket is running',
  heldBack: 'another routine of the same socket is running, or has run since it was queued',
  upcallMissing: 'every upcall is in the trace, and the one for this is not',
} as const;
export type OperationFact = keyof typeof operationFacts;
const { all, any, no } = guardsOver<OperationFact>();

export type OperationState =
  | 'free' // no operation: never posted, ignored, or its last post failed
  | 'begun' // the call that posts it has not returned
  | 'pending'
  | 'doneAtOnce' // WSPSend returned zero
  | 'due' // complete, and its indication can be seen
  | 'running' // its routine has been entered
  | 'indicated' // its routine has returned
  | 'unjudged'; // the caller broke its own side

/** The codes with which an operation may complete; 0 is success. */
export const statusCodes = [
  '0',
  'WSA_OPERATION_ABORTED',
  'WSAECONNRESET',
  'WSAECONNABORTED',
  'WSAENETRESET',
  'WSAENOBUFS',
  'WSAENETDOWN',
  'WSAESHUTDOWN',
  'WSAEMSGSIZE',
  'WSAEOPNOTSUPP',
] as const;
export type StatusCode = (typeof statusCodes)[number];

type Observation = 'result' | 'routine' | 'upcall' | 'packet';
export type OperationEvent =
  | 'WSPSend.begins'
  | 'WSPSend.completes'
  | 'WSPSend.pends'
  | 'WSPSend.fails'
  | 'settle'
  | 'event.signalled'
  | 'event.unsignalled'
  | 'count.written'
  | 'count.unwritten'
  | 'result.incomplete'
  | 'result.WSAENOTSOCK'
  | 'result.other'
  | 'routine.other'
  | 'upcall.other'
  | 'packet.other'
  | 'packet.none'
  | 'upcall.WPUQueueApc'
  | 'routine.leave'
  | 'sleep.ends'
  | `${Observation}.${StatusCode}`;

type OperationRule = Rule<OperationFact, OperationState>;
type Rules = { readonly [event in OperationEvent]?: readonly OperationRule[] };

/** Where the page says how status and count are told: a routine is given both, and the result tells both to a client that asks. */
const tells = {
  result: { status: 'Overlapped:7', count: 'Immediate:6' },
  routine: { status: 'Prototype:8', count: 'Prototype:9' },
  upcall: { status: 'Overlapped:7', count: 'Immediate:6' },
  packet: { status: 'Overlapped:7', count: 'Immediate:6' },
} as const satisfies { readonly [observation in Observation]: object };

/** Which status an operation may have, each with what causes it. The conditions are those of the error table of the page. */
const statusRules = (
  observation: Observation,
  target: OperationState | undefined,
): { readonly [code in StatusCode]: readonly OperationRule[] } => {
  const { count } = tells[observation];
  const to = target === undefined ? {} : { target };
  const when = (guard: Guard<OperationFact>, ...clauses: Parameters<typeof permits>): OperationRule => ({
    guard: all(guard, 'bytesWithin'),
    ...to,
    ...permits(...clauses),
  });
  const tooMany: OperationRule = { guard: no('bytesWithin'), ...refuses(count) };
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
    WSAENOBUFS: [tooMany, { guard: 'surelyTaken', ...refuses('Overlapped:3') }, { ...to, ...permitsBy('NoBufs:any-time', 'WSAENOBUFS:1') }],
    WSAENETDOWN: [tooMany, when('networkMayBeDown', 'WSAENETDOWN:1'), refuses('WSAENETDOWN:1')],
    WSAESHUTDOWN: [tooMany, when(all('shutDown', reading('D10:open')), 'WSAESHUTDOWN:1'), refuses('WSAESHUTDOWN:1')],
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
  };
};

/** What an observation shows besides the status: who is told it, and how. */
const shownBy: { readonly [observation in Observation]: Parameters<typeof permits> } = {
  result: ['Overlapped:7', 'Immediate:6'],
  routine: ['Overlapped:4', 'QueueApc:1', 'QueueApc:9', 'QueueApc:10', 'Prototype:8', 'Prototype:9', 'Prototype:10', 'Order:1'],
  upcall: ['Event:1'],
  packet: ['Overlapped:3'],
};

const namedBy = (observation: Observation, before: readonly OperationRule[], target?: OperationState): Rules => {
  // Of what pends nothing was told before, since by that it would be complete.
  const isFirst = target === 'due';
  return Object.fromEntries(
    Object.entries(statusRules(observation, target)).map(([code, rules]) => [
      `${observation}.${code}`,
      [
        ...before,
        ...(isFirst ? [] : [contradicts(observation, code)]),
        ...rules.map((rule) =>
          rule.meta.verdict === 'permits'
            ? { ...rule, meta: { ...rule.meta, clauses: [...rule.meta.clauses, ...shownBy[observation]] } }
            : rule,
        ),
      ],
    ]),
  );
};

/** Success with another count than was asked for is refused by its count, and not here. */
const contradicts = (observation: Observation, code: string): OperationRule => ({
  guard: code === '0' ? all('contradictsKnown', 'bytesAll') : 'contradictsKnown',
  ...refuses(tells[observation].status, tells[observation].count),
});

/** Where a routine may run at all. */
const routineMayRun: readonly OperationRule[] = [
  { guard: no('hasRoutine'), ...refuses('Event:1', 'Event:2') },
  { guard: 'nested', ...refuses('Nesting:2') },
  { guard: no('properThread'), ...refuses('QueueApc:1', 'lpThreadId:2') },
  { guard: no('alertable'), ...refuses('QueueApc:1') },
  { guard: no('flagsZero'), ...refuses('Prototype:10') },
  { guard: 'upcallMissing', ...refuses('QueueApc:1', 'QueueApc:9', 'QueueApc:10') },
];

/** The same rules for every status that an observation may show. */
const everyStatus = (observation: Observation, ...rules: readonly OperationRule[]): Rules =>
  Object.fromEntries(statusCodes.map((code) => [`${observation}.${code}`, rules]));

/** No operation was initiated, so nothing tells of its end. */
const neverIndicated: readonly OperationRule[] = [{ guard: 'ignored', ...refuses('Nonoverlapped:1') }, refuses('Return:7')];

/** An OVERLAPPED that no call filled stays zeroed: success with no bytes is what it reads as. */
const staysZeroed: readonly OperationRule[] = [
  { guard: all('bytesReported', 'ignored'), ...refuses('Nonoverlapped:1') },
  { guard: 'bytesReported', ...refuses('Return:6') },
  { guard: 'ignored', ...permits('Nonoverlapped:1') },
  permitsBy('ResultOfFailedPost:no-bytes'),
];

/** One packet for each operation. Which operations give one, only the pages of the system say. */
const portGives: readonly OperationRule[] = [
  { guard: all('hasRoutine', reading('Packets:one-each')), ...refuses('Overlapped:4') },
  { guard: all(no('portBound'), reading('Packets:one-each')), ...refuses('Overlapped:3') },
];
/** What is complete may have given its packet, or gives none. */
const packetMayCome: readonly OperationRule[] = [
  { guard: 'packetSeen', ...refuses('Overlapped:3') },
  ...portGives,
  { guard: all('returnedZero', 'skipsPort', reading('Packets:one-each')), ...refuses('Return:1') },
];

const tellsByEvent = all('hasEvent', no('hasRoutine'));
/** Only the start of an operation resets an event. */
const staysSet: OperationRule = { guard: 'seenSet', ...refuses('Event:1') };

/** A client that waits although it has a routine broke its own rule; what it is told then is worth nothing. */
const waitsInVain = all('waits', 'hasRoutine');
const waitGivesAnything: readonly OperationRule[] = [
  { guard: waitsInVain, ...permits('Routine:3') },
  { guard: all('waits', 'bytesWithin', reading('WaitingResult:open')), ...permits('Event:4') },
];

export const operationRegion: Region<OperationFact, OperationState, OperationEvent> = {
  id: 'operation',
  facts: operationFacts,
  initial: 'free',
  on: { settle: [permits()], 'sleep.ends': [permits()] },
  states: {
    free: {
      on: {
        'WSPSend.begins': [{ target: 'begun', ...permits() }],
        'event.signalled': [{ guard: 'eventStale', ...permits() }, ...neverIndicated],
        'event.unsignalled': [staysSet, { guard: 'ignored', ...permits('Nonoverlapped:1') }, permits('Return:7')],
        'count.written': [permits()],
        'count.unwritten': [permits()],
        'result.incomplete': staysZeroed,
        'result.WSAENOTSOCK': staysZeroed,
        'result.other': staysZeroed,
        ...everyStatus('result', ...staysZeroed),
        'routine.other': neverIndicated,
        'upcall.other': neverIndicated,
        'upcall.WPUQueueApc': neverIndicated,
        ...everyStatus('routine', ...neverIndicated),
        ...everyStatus('upcall', ...neverIndicated),
        ...everyStatus('packet', ...neverIndicated),
        'packet.other': neverIndicated,
        'packet.none': [permits()],
      },
    },

    posted: {
      on: {
        ...namedBy('result', [{ guard: waitsInVain, ...permits('Routine:3') }]),
        ...namedBy('packet', packetMayCome),
        'packet.other': [...packetMayCome, refuses('Overlapped:7')],
        'packet.none': [
          { guard: all('packetOwed', 'returnedZero', reading('Packets:one-each')), ...refuses('Overlapped:3', 'Return:1') },
          { guard: all('packetOwed', reading('Packets:one-each')), ...refuses('Overlapped:3', 'Return:5') },
          permits(),
        ],
        // The name of a closed socket is no socket: that tells nothing of the operation.
        'result.WSAENOTSOCK': [{ guard: 'closed', ...permits() }, ...waitGivesAnything, refuses('Overlapped:7', 'WSAENOTSOCK:1')],
        'result.other': [...waitGivesAnything, refuses('Overlapped:7')],
        'result.incomplete': [{ guard: waitsInVain, ...permits('Routine:3') }, refuses('Overlapped:7')],
        'count.written': [refuses('Immediate:4')],
        'count.unwritten': [permits('Immediate:4')],
      },
      states: {
        notIndicated: {
          on: {
            ...namedBy('routine', routineMayRun, 'running'),
            'routine.other': [...routineMayRun, refuses('Prototype:8')],
            'upcall.WPUQueueApc': [
              { guard: no('hasRoutine'), ...refuses('Event:1') },
              { guard: all('upcalled', no('heldBack')), ...refuses('Overlapped:4') },
              { guard: no('properThread'), ...refuses('QueueApc:1', 'lpThreadId:2') },
              { guard: 'upcalled', ...permitsBy('HeldBack:queued-again', 'QueueApc:1', 'lpThreadId:2') },
              permits('QueueApc:1', 'lpThreadId:2'),
            ],
            ...namedBy('upcall', [
              { guard: 'hasRoutine', ...refuses('Overlapped:4', 'Routine:1') },
              { guard: 'upcalled', ...refuses('Event:1') },
            ]),
            'upcall.other': [refuses('Overlapped:7')],
          },
          states: {
            begun: {
              on: {
                'WSPSend.completes': [
                  { guard: all('hasRoutine', 'upcallMissing'), ...refuses('Return:2') },
                  { guard: 'hasRoutine', target: 'doneAtOnce', ...permits('Return:1', 'Return:2') },
                  { target: 'doneAtOnce', ...permits('Return:1') },
                ],
                'WSPSend.pends': [{ target: 'pending', ...permits('Return:4') }],
                'WSPSend.fails': [{ target: 'free', ...permits('Return:6') }],
                'event.signalled': [
                  { guard: any('eventStale', tellsByEvent), ...permits() },
                  { guard: 'hasRoutine', ...refuses('Routine:1') },
                  refuses('Event:2'),
                ],
                'event.unsignalled': [{ guard: all('seenOver', tellsByEvent), ...refuses('Event:1', 'Return:5') }, permits()],
                'count.written': [permits()],
                'count.unwritten': [permits()],
                'result.incomplete': [{ guard: all('seenOver', no(waitsInVain)), ...refuses('Return:5', 'Overlapped:7') }, permits()],
                // Before anything is initiated, the OVERLAPPED reads as it was handed over.
                'result.0': [{ guard: no(any('bytesAll', 'bytesReported', 'seenOver')), ...permits() }],
              },
            },

            pending: {
              on: {
                settle: [{ guard: 'completionOwed', target: 'due', ...permits('Return:5', 'Overlapped:3') }],
                'event.signalled': [
                  { guard: all('hasRoutine', 'eventStale'), ...permits('Routine:1') },
                  { guard: 'hasRoutine', ...refuses('Routine:1') },
                  // Where the page does not say that a start resets the event, it may be set from before and show nothing.
                  { guard: 'eventStale', ...permits() },
                  { guard: no('hasEvent'), ...refuses('Event:2') },
                  { guard: all('upcallMissing', no(reading('EventUpcall:direct'))), ...refuses('Event:1') },
                  // An event tells of every completion, and a provider's shortage of buffers (WSAENOBUFS) can end an operation at any time.
                  { target: 'due', ...permits('Event:1', 'Overlapped:3') },
                ],
                'event.unsignalled': [
                  staysSet,
                  { guard: 'hasRoutine', ...permits('Routine:1') },
                  { guard: no('hasEvent'), ...permits('Event:2') },
                  permits('Overlapped:3'),
                ],
                'result.incomplete': [
                  { guard: waitsInVain, ...permits('Routine:3') },
                  { guard: all('waits', 'hasEvent', no(reading('WaitingResult:open'))), ...refuses('Event:4') },
                  { guard: all('bytesWritten', reading('IncompleteCount:untouched')), ...refuses('Immediate:6') },
                  permitsBy('IncompleteCode:incomplete', 'Event:3', 'Overlapped:7'),
                ],
                // Whoever is told the result of a pending operation knows that it is complete.
                ...namedBy('result', [{ guard: waitsInVain, ...permits('Routine:3') }], 'due'),
                ...namedBy('packet', portGives, 'due'),
              },
            },

            doneAtOnce: {
              on: {
                settle: [{ target: 'due', ...permits() }],
                'event.signalled': [
                  { guard: any('eventStale', 'routineOpen'), ...permits() },
                  { guard: 'hasRoutine', ...refuses('Routine:1') },
                  { guard: 'hasEvent', target: 'due', ...permits('Event:1') },
                  refuses('Event:2'),
                ],
                'event.unsignalled': [
                  staysSet,
                  { guard: 'hasRoutine', ...permits('Routine:1') },
                  { guard: no('hasEvent'), ...permits('Event:2') },
                  // The page promises the queued routine for a zero return, and says nothing of when the event is set.
                  { guard: reading('EventAfterZero:until-settle'), ...permits() },
                  refuses('Event:1', 'Return:1'),
                ],
                'result.incomplete': [{ guard: no(waitsInVain), ...refuses('Return:1', 'Overlapped:7') }],
                'sleep.ends': [
                  {
                    guard: all('hasRoutine', 'properThread', no('nested'), no('threadGone'), no('routineOpen')),
                    ...refuses('Return:2', 'Overlapped:4'),
                  },
                ],
              },
            },

            due: {
              on: {
                'event.signalled': [
                  { guard: any('eventStale', 'routineOpen'), ...permits() },
                  { guard: 'hasRoutine', ...refuses('Routine:1') },
                  { guard: all('upcallMissing', no(reading('EventUpcall:direct'))), ...refuses('Event:1') },
                  { guard: 'hasEvent', ...permits('Event:1') },
                  refuses('Event:2'),
                ],
                'event.unsignalled': [
                  { guard: all(tellsByEvent, 'returnedZero'), ...refuses('Event:1', 'Return:1') },
                  { guard: tellsByEvent, ...refuses('Event:1', 'Return:5') },
                  staysSet,
                  { guard: 'hasRoutine', ...permits('Routine:1') },
                  permits('Event:2'),
                ],
                'result.incomplete': [
                  { guard: all('returnedZero', no(waitsInVain)), ...refuses('Return:1', 'Overlapped:7') },
                  { guard: no(waitsInVain), ...refuses('Return:5', 'Overlapped:7') },
                ],
                'sleep.ends': [
                  {
                    guard: all('hasRoutine', 'completionOwed', 'properThread', no('nested'), no('threadGone'), no('routineOpen')),
                    ...refuses('Return:5', 'Overlapped:4'),
                  },
                ],
              },
            },
          },
        },

        // One routine for each operation, and no upcall once it has been entered.
        byRoutine: {
          on: {
            'event.signalled': [{ guard: 'eventStale', ...permits() }, refuses('Routine:1')],
            'event.unsignalled': [permits()],
            ...everyStatus('routine', refuses('Overlapped:4')),
            'routine.other': [refuses('Overlapped:4')],
            'upcall.WPUQueueApc': [refuses('Overlapped:4')],
            ...everyStatus('upcall', refuses('Overlapped:4')),
          },
          states: {
            running: { on: { 'routine.leave': [{ target: 'indicated', ...permits('Overlapped:4') }] } },
            indicated: {},
          },
        },
      },
    },

    // OverlappedLifetime: the caller reused or broke the structure, and nothing that follows can be held against the provider.
    unjudged: {
      on: Object.fromEntries(
        (
          [
            'WSPSend.completes',
            'WSPSend.pends',
            'WSPSend.fails',
            'settle',
            'event.signalled',
            'event.unsignalled',
            'count.written',
            'count.unwritten',
            'result.incomplete',
            'result.WSAENOTSOCK',
            'result.other',
            'routine.other',
            'routine.leave',
            'sleep.ends',
            'upcall.WPUQueueApc',
            'upcall.other',
            'packet.other',
            'packet.none',
            ...statusCodes.flatMap((code) => [`result.${code}`, `routine.${code}`, `upcall.${code}`, `packet.${code}`] as const),
          ] as const
        ).map((event) => [event, [permits('OverlappedLifetime:1', 'OverlappedLifetime:2', 'lpBuffers:3')]]),
      ),
    },
  },
};
