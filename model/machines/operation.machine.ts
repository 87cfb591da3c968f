/**
 * The lifecycle of an overlapped operation: posted, pending, complete, indicated.
 *
 * An operation completes at a moment that nobody observes. `pending` therefore means "not known to be complete": the first
 * observation that shows completion moves it on, and a settle makes it `due` when its completion must have come by then. The results that
 * an observation may show are the same whether a routine gets them or WSPGetOverlappedResult asks for them.
 */

import { everyStatus, namedBy } from './operationStatuses.ts';
import {
  type OperationEvent,
  type OperationFact,
  type OperationRule,
  type OperationState,
  operationFacts,
  statusCodes,
} from './operationWords.ts';
import { guardsOver, permits, permitsBy, type Region, reading, refuses } from './rules.ts';

const { all, any, no } = guardsOver<OperationFact>();

/** Where a routine may run at all. */
const routineMayRun: readonly OperationRule[] = [
  { guard: all('hasEvent', no('hasRoutine')), ...refuses('Event:1') },
  { guard: no('hasRoutine'), ...refuses('Event:2') },
  { guard: 'nested', ...refuses('Nesting:2') },
  { guard: no('properThread'), ...refuses('QueueApc:1', 'lpThreadId:2') },
  { guard: no('alertable'), ...refuses('QueueApc:1') },
  { guard: no('flagsZero'), ...refuses('Prototype:10') },
  { guard: 'upcallMissing', ...refuses('QueueApc:1', 'QueueApc:9', 'QueueApc:10') },
];

/** No operation was initiated, so nothing reports its end. */
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

const reportsByEvent = all('hasEvent', no('hasRoutine'));
/** Only the start of an operation resets an event. */
const staysSet: OperationRule = { guard: 'seenSet', ...refuses('Event:1') };

/** A client that waits although it has a routine broke its own rule; what it gets then is not judged. */
const waitsInVain = all('waits', 'hasRoutine');
const waitGivesAnything: readonly OperationRule[] = [
  { guard: waitsInVain, ...permits('Routine:3') },
  { guard: all('waits', 'bytesWithin', reading('WaitingResult:open')), ...permits('Event:4') },
];

/** A result is asked for before there is one. */
const staysIncomplete: readonly OperationRule[] = [
  { guard: waitsInVain, ...permits('Routine:3') },
  { guard: all('waits', 'hasEvent', no(reading('WaitingResult:open'))), ...refuses('Event:4') },
  { guard: all('bytesWritten', reading('IncompleteCount:untouched')), ...refuses('Immediate:6') },
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
        'result.WSAENOTSOCK': [...waitGivesAnything, refuses('Overlapped:7', 'WSAENOTSOCK:1')],
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
                  { guard: any('eventStale', reportsByEvent), ...permits() },
                  { guard: 'hasRoutine', ...refuses('Routine:1') },
                  refuses('Event:2'),
                ],
                'event.unsignalled': [{ guard: all('seenOver', reportsByEvent), ...refuses('Event:1', 'Return:5') }, permits()],
                'count.written': [permits()],
                'count.unwritten': [permits()],
                'result.incomplete': [
                  { guard: all('seenOver', no(waitsInVain)), ...refuses('Return:5', 'Overlapped:7') },
                  ...staysIncomplete,
                  permits(),
                ],
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
                  // An event reports every completion, and a provider's shortage of buffers (WSAENOBUFS) can end an operation at any time.
                  { target: 'due', ...permits('Event:1', 'Overlapped:3') },
                ],
                'event.unsignalled': [
                  staysSet,
                  { guard: 'hasRoutine', ...permits('Routine:1') },
                  { guard: no('hasEvent'), ...permits('Event:2') },
                  permits('Overlapped:3'),
                ],
                'result.incomplete': [...staysIncomplete, permitsBy('IncompleteCode:incomplete', 'Event:3', 'Overlapped:7')],
                // A client that gets the result of a pending operation knows that it is complete.
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
                  { guard: all(reportsByEvent, 'returnedZero'), ...refuses('Event:1', 'Return:1') },
                  { guard: reportsByEvent, ...refuses('Event:1', 'Return:5') },
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
