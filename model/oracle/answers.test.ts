import { expect, test } from 'vitest';
import { socketFacts } from '../machines/socket.machine.ts';
import { sendCodes } from '../winsock/callCodes.ts';
import { expectSame } from '../winsock/same.fixture.ts';
import type { TraceStep, WSPSendCall } from '../winsock/trace.ts';
import { Answers } from './answers.ts';
import { Oracle } from './oracle.ts';
import { type Answer, socketFactsOf } from './sendFacts.ts';

const steps: readonly TraceStep[] = [
  { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', returns: { rc: 0 } },
  { call: 'WSPConnect', socket: 'A', returns: { rc: 0 } },
  { call: 'WSPIoctl', socket: 'A', code: 'FIONBIO', value: 1, returns: { rc: 0 } },
  { call: 'WSPSend', socket: 'A', buffers: [10], returns: { rc: 0, bytes: 4 } },
  { env: 'peer.reset', socket: 'A' },
];

test('facts that are kept from one answer to the next are those that each answer has of its own', () => {
  const oracle = new Oracle('page');
  for (const step of steps) expect(oracle.step(step)).toBeUndefined();
  const call = { call: 'WSPSend', socket: 'A', buffers: [6], flags: ['MSG_OOB'] } as WSPSendCall;
  const answers: Answer[] = [
    ...[undefined, 0, 3, 6, 7].map((bytes): Answer => ({ rc: 0, bytes })),
    ...sendCodes.map((errno): Answer => ({ rc: -1, errno })),
  ];
  for (const room of [undefined, 0, 3, 6]) {
    const socket = oracle.supposing('A', room as number).world.sockets.get('A')!;
    const moment = { circuit: socket.circuit, record: undefined };
    const kept = new Answers(oracle.world, socket, call, moment);
    for (const answer of [...answers, ...answers]) {
      const own = socketFactsOf(oracle.world, socket, call, answer, moment);
      for (const [place, fact] of Object.keys(socketFacts).entries())
        expectSame(kept.about(answer).holds(place), own.holds(place), () => JSON.stringify([fact, answer]));
    }
  }
});
