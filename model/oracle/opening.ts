/** What is known of a socket that was just made. */

import type { WSPSocketCall } from '../winsock/trace.ts';
import { ByAge } from './byAge.ts';
import { DatagramQueue } from './datagrams.ts';
import { ByteStream } from './stream.ts';
import type { World } from './world.ts';

export function openSocket(world: World, { socket: name, type, overlapped, receiveOnly }: Omit<WSPSocketCall, 'begin'>): void {
  world.sockets.set(name, {
    id: world.newId(),
    name,
    isStream: type === 'SOCK_STREAM',
    overlapped: overlapped === true,
    state: world.tables.socket.stateIndex[receiveOnly ? 'receiveOnly' : 'unbound'],
    circuit: world.tables.circuit.initial,
    causes: 0,
    nonblocking: false,
    unblocking: 0,
    reblocking: 0,
    broadcastAllowed: false,
    toBroadcast: false,
    lingerZero: false,
    lingers: false,
    maxMessage: undefined,
    room: undefined,
    shutDownBoth: false,
    sendClosed: false,
    wasConnected: false,
    reachesNetwork: false,
    closed: false,
    closing: 0,
    shuttingDown: 0,
    portBound: false,
    skipsPort: false,
    seenWritable: false,
    wouldBlock: false,
    routineAt: -1,
    lastSend: world.time,
    timesOut: false,
    receiveTimesOut: false,
    metClose: false,
    peerShutDown: false,
    routeLost: world.routeLost,
    networkReportedAt: undefined,
    initiatedAt: -1,
    connectedAt: -1,
    unseen: false,
    unjudged: undefined,
    delivery: world.tables.delivery.initial,
    lossy: false,
    stream: new ByteStream(world.period),
    datagrams: new DatagramQueue(world.period),
    operations: new ByAge(),
    waiting: new ByAge(),
    hasMoved: false,
    cancelledUpTo: 0,
    missedUpTo: 0,
    sends: new Set(),
    resting: new Set(),
  });
}
