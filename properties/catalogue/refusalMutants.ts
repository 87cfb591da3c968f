/**
 * Judges with a fault in one of the refusals that the oracle writes by hand: those that no rule of a machine decides. One lets it pass, and
 * one for each clause that it names names another.
 */

import { type Profile, profiles } from '../../model/clauses/profiles.ts';
import type { ClauseId } from '../../model/clauses/register.ts';
import { Oracle } from '../../model/oracle/oracle.ts';
import type { TraceHeader, TraceStep } from '../../model/winsock/trace.ts';
import { anotherThan, type JudgeMutant } from './judgeMutants.ts';
import type { Judge } from './judging.ts';

interface HandWritten {
  /** Of the file where it stands. */
  readonly name: string;
  /** Its message has this, and no other with these clauses has it. */
  readonly says: RegExp;
  readonly clauses: readonly ClauseId[];
}

const refused = (name: string, says: RegExp, ...clauses: ClauseId[]): HandWritten => ({ name, says, clauses });

/** As many as there are in model/oracle: a test counts them. */
export const handWritten: readonly HandWritten[] = [
  refused('advance.routineRuns', /^the alertable wait ends while the routine of .* runs$/, 'Overlapped:4'),
  refused('environment.noSuchPeer', /^the peer of .* is heard of, and no such socket/, 'Purpose:2'),
  refused('environment.noSuchTransport', /^the transport of .* took bytes, and no such socket/, 'Purpose:2'),
  refused('operations.eventOfNoSend', /^the event of .* is set, and no send ever used it/, 'Return:7', 'Event:1'),
  refused('operations.resultOfNoSend', /^WSPGetOverlappedResult reports .*, which no send used/, 'Return:6'),
  refused('operations.tooLargeReceived', /^a message that was too large has been received/, 'MessageSize:4', 'WSAEMSGSIZE:1'),
  refused(
    'operations.zeroedThoughRead',
    /^WSPGetOverlappedResult reports 0 bytes of .*, whose send has taken effect/,
    'Overlapped:7',
    'Immediate:6',
  ),
  refused('operations.routineOfNoSend', /^a completion routine runs for .*, and no send used it/, 'Return:7'),
  refused('operations.packetOfNoSend', /^a packet of .* is dequeued, and no send used it/, 'Return:7'),
  refused('operations.notRunning', /^a routine of .* returns that was not running/, 'Overlapped:4'),
  refused('operations.leavesEarly', /^the routine of .* returns before what it began has/, 'Overlapped:4', 'Nesting:2'),
  refused('operations.queuedForNoSend', /^WPUQueueApc is called for .*, and no send used it/, 'Return:7'),
  refused('operations.queueFails', /^WPUQueueApc fails with .* for a thread that is there/, 'QueueApc:1'),
  refused('operations.completedForNoSend', /^a completion is reported for .*, and no send used it/, 'Return:7'),
  refused('sends.failsWithBytes', /^WSPSend gives .* and counts .* bytes/, 'lpNumberOfBytesSent:1', 'Return:6'),
  refused('sends.resultOfFailed', /^WSPGetOverlappedResult gave the result of a send that fails/, 'Return:6'),
  refused('sends.indicatedAndFails', /^a completion was indicated for a send that fails/, 'Return:7'),
  refused('sends.notQueued', /^the completion routine was not queued when the send returned zero/, 'Return:2'),
  refused('sends.succeedsAfterFailure', /^WSPSend gives success although .* was reported to have ended with/, 'Return:1', 'Overlapped:7'),
  refused('sends.succeedsAfterPacket', /^WSPSend gives success, for which the port of .* is skipped/, 'Return:1'),
  refused('sends.succeedsBehindEnd', /^WSPSend gives success, and what ended one before it/, 'Order:2', 'Overlapped:3'),
  refused('sends.succeedsBehindStream', /^WSPSend gives success, and its peer has read the end/, 'Order:2', 'WSAESHUTDOWN:1'),
  refused('sends.bytesLeft', / although bytes of this send have left/, 'Return:6'),
  refused('sends.pendsWithoutBytes', /^WSPSend pends, and its peer has read on/, 'Purpose:2', 'Order:2'),
  refused('sends.otherCount', /^WSPSend reports .*, and its peer has received another number/, 'lpNumberOfBytesSent:1'),
  refused('sends.noSuchCode', /^WSPSend gives /, 'Return:3'),
  refused('siblings.cancelFails', /^WSPCancelIo gives .* on an open socket/),
  refused('siblings.noCode', /which is no (?:code that a call can return|error)$/),
  refused('siblings.connectFails', /^WSPConnect gives .*, and a send on .* had been initiated$/, 'WSAENOTCONN:1'),
  refused('siblings.flushFails', /^SIO_FLUSH gives /, 'WSA_OPERATION_ABORTED:2'),
  refused('siblings.flushSucceeds', /^SIO_FLUSH succeeds/, 'WSA_OPERATION_ABORTED:2'),
];

class ChangedRefusal implements Judge {
  readonly #oracle: Oracle;
  readonly #refusal: HandWritten;
  readonly #change: Change;
  #isOver = false;

  constructor(oracle: Oracle, refusal: HandWritten, change: Change) {
    this.#oracle = oracle;
    this.#refusal = refusal;
    this.#change = change;
  }

  step(step: TraceStep) {
    if (this.#isOver) return undefined;
    const rejection = this.#oracle.step(step);
    const { says, clauses: named } = this.#refusal;
    if (rejection === undefined || rejection.undecided || !says.test(rejection.message)) return rejection;
    if (rejection.clauses.join() !== named.join()) return rejection;
    const clauses = this.#change(named);
    // Behind what it let pass it knows nothing.
    this.#isOver = clauses === undefined;
    return clauses === undefined ? undefined : { clauses };
  }

  get permittedBy() {
    return this.#oracle.permittedBy;
  }
}

/** The clauses that are named instead; undefined: it passes. */
type Change = (clauses: readonly ClauseId[]) => readonly ClauseId[] | undefined;

const judgesOf =
  (refusal: HandWritten, change: Change) =>
  (profile: Profile, header: TraceHeader): Judge =>
    new ChangedRefusal(new Oracle(profile, header), refusal, change);

/** One for each refusal: it lets it pass. */
export const passingMutants = (): JudgeMutant[] =>
  handWritten.map(
    (refusal): JudgeMutant => ({
      name: `lets pass ${refusal.name}`,
      fault: 'lenient model',
      clauses: refusal.clauses,
      profiles,
      judges: judgesOf(refusal, () => undefined),
    }),
  );

/** One for each clause that a refusal names: it names another. */
export const refusalCitationMutants = (): JudgeMutant[] =>
  handWritten.flatMap((refusal) =>
    refusal.clauses.map((clause): JudgeMutant => {
      const other = anotherThan(clause, refusal.clauses);
      return {
        name: `names ${other} for ${clause} in ${refusal.name}`,
        fault: 'other citation',
        clauses: [clause],
        profiles,
        judges: judgesOf(refusal, (clauses) => clauses.map((named) => (named === clause ? other : named))),
      };
    }),
  );
