/** What an implementation could have done instead of the step that was rejected: every other outcome of the same step is tried. */

import { statusCodes } from '../machines/operation.machine.ts';
import { sendCodes } from '../machines/socket.machine.ts';
import { kindOf, type TraceStep } from '../winsock/trace.ts';
import { askedFor, type World } from './world.ts';

/** An outcome in the words of a trace: `returns` of a call, or the fields in which another step would differ. */
export type Permitted = Record<string, unknown>;

export function permittedInstead(step: TraceStep, worlds: readonly World[], permits: (step: TraceStep) => boolean): Permitted[] {
  const found: Permitted[] = [];
  for (const [shown, candidate] of alternatives(step, worlds)) if (permits(candidate)) found.push(shown);
  if (kindOf(step) === 'peer') found.push(...expectedByPeer(step as Extract<TraceStep, { peer: string }>, worlds));
  return found;
}

function* alternatives(step: TraceStep, worlds: readonly World[]): Generator<[Permitted, TraceStep]> {
  if ('call' in step || 'end' in step) {
    const call = 'end' in step ? step.begun : step;
    const asked = call.call === 'WSPSend' ? askedFor(call) : lengthOf(call, worlds);
    for (const returns of answersOf(call.call, asked, call)) {
      yield [returns, { ...step, ...('end' in step ? { begun: step.begun } : {}), returns } as TraceStep];
    }
    return;
  }
  if ('poll' in step) {
    if (step.poll === 'event') yield [{ signalled: !step.signalled }, { ...step, signalled: !step.signalled }];
    else yield [{ written: !step.written }, { ...step, written: !step.written }];
    return;
  }
  if ('routine' in step && step.routine === 'enter') {
    const length = worlds[0]?.operations.get(step.overlapped)?.length ?? 0;
    for (const error of statusCodes) {
      const bytes = error === '0' ? length : 0;
      yield [
        { error, bytes, flags: 0 },
        { ...step, error, bytes, flags: 0 },
      ];
    }
  }
}

function lengthOf(call: object, worlds: readonly World[]): number {
  return 'overlapped' in call && typeof call.overlapped === 'string' ? (worlds[0]?.operations.get(call.overlapped)?.length ?? 0) : 0;
}

function* answersOf(name: string, asked: number, call: object): Generator<Permitted> {
  if (name === 'WSPSend') {
    const counted = !('count' in call && call.count === false);
    yield counted ? { rc: 0, bytes: asked } : { rc: 0 };
    if (asked > 1 && counted) yield { rc: 0, bytes: asked - 1 };
    yield { rc: -1, errno: 'WSA_IO_PENDING' };
    for (const errno of sendCodes) yield { rc: -1, errno };
  } else if (name === 'WSPGetOverlappedResult') {
    yield { rc: 0, bytes: asked };
    yield { rc: -1, errno: 'WSA_IO_INCOMPLETE' };
    for (const errno of statusCodes) if (errno !== '0') yield { rc: -1, errno };
    yield { rc: -1, errno: 'WSAENOTSOCK' };
  }
}

function expectedByPeer(step: Extract<TraceStep, { peer: string }>, worlds: readonly World[]): Permitted[] {
  const places = new Set<string>();
  for (const world of worlds) {
    const socket = world.sockets.get(step.socket);
    for (const place of socket?.isStream ? socket.stream.expected() : (socket?.datagrams.expected() ?? [])) places.add(place);
  }
  return [...places].slice(0, 8).map((runs) => (runs.startsWith('[') ? { runs: JSON.parse(runs) as unknown } : { nothing: runs }));
}
