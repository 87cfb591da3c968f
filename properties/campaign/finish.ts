import { reads } from '../../model/clauses/profiles.ts';
import type { ClauseId } from '../../model/clauses/register.ts';
import { isResult, isSend } from '../../model/oracle/callKinds.ts';
import type { Operation, Socket, World } from '../../model/oracle/world.ts';
import { mainThread, type Request } from '../../model/winsock/trace.ts';
import { isUnsupported } from '../conversation/replyLine.ts';
import type { RunningCase } from './runningCase.ts';
import { isIntact, View } from './view.ts';

/**
 * The end of a case. The peers read until nothing comes, every thread waits alertably, every operation is asked for, the send sides
 * are shut down and the ends of the streams are read: what was lost, stalled, doubled or written late shows here at the latest.
 */

const roundsMax = 400;
const widensAfter = 4;
const wideRoom = 2 ** 20;
const quietRounds = 2;
/** Bytes of one operation, beyond which the end does not wait for all of them. */
const unreadMax = 2 ** 26;

/** False once the case is over. */
export async function finish(running: RunningCase): Promise<boolean> {
  for (let round = 0; round < roundsMax; round++) {
    if (!(await drain(running))) return false;
    const ran = await sleepAll(running);
    if (ran === undefined) return false;
    if (ran === 0) break;
  }
  // First the look: of an operation with neither event nor routine, nothing else shows that it is complete.
  if (!(await lookAtOperations(running))) return false;
  if (!checkProgress(running)) return false;
  const shutDown = openCircuits(running).map(
    (socket): Request => ({ call: 'WSPShutdown', ...idleThread(running), socket, how: 'SD_SEND' }),
  );
  if (idleThread(running) !== undefined && !(await running.askAll(shutDown))) return false;
  if (!(await drain(running)) || !checkEnds(running)) return false;
  return lookAtOperations(running);
}

/** Closes what is open and runs what is queued, so that nothing of the case is left in what serves the next one. */
export async function leave(running: RunningCase): Promise<boolean> {
  const thread = idleThread(running);
  if (thread === undefined) return true;
  const { open } = new View(worldOf(running));
  const close = open.map(({ name }): Request => ({ call: 'WSPCloseSocket', ...thread, socket: name }));
  if (!(await running.askAll([...close, { env: 'settle' }]))) return false;
  return (await sleepAll(running)) !== undefined && (await lookAtOperations(running, true));
}

const worldOf = (running: RunningCase): World => running.world;

const idleThread = (running: RunningCase): { thread?: string } | undefined => {
  const [first] = new View(worldOf(running)).idle;
  return first === undefined ? undefined : first === mainThread ? {} : { thread: first };
};

const openCircuits = (running: RunningCase): string[] => {
  const view = new View(worldOf(running));
  return view.open.filter((socket) => socket.isStream && view.isConnected(socket)).map(({ name }) => name);
};

/** What is too much to be read is broken off. */
const readsRest = (socket: Socket): Request =>
  [...socket.operations].some(({ length }) => length > unreadMax)
    ? { env: 'peer.reset', socket: socket.name }
    : { peer: 'recv', socket: socket.name };

/** Reads until a settle brings nothing more, twice. */
async function drain(running: RunningCase): Promise<boolean> {
  for (let round = 0, quiet = 0; quiet < quietRounds; round++) {
    // The judge would reject bytes that were not sent. So this is a transport that takes little at a time, and no fault.
    if (round === roundsMax) return running.givesUp('slow', `the peers still receive after ${roundsMax} rounds of reading everything`);
    if (round === widensAfter && !(await widen(running))) return false;
    const reads = [...worldOf(running).sockets.values()].map(readsRest);
    if (!(await running.askAll([...reads, { env: 'settle' }]))) return false;
    quiet = running.last.some((line) => 'runs' in line) ? 0 : quiet + 1;
  }
  return true;
}

/** Where a small transport was asked for, a wider one lets what waits leave at once. */
async function widen(running: RunningCase): Promise<boolean> {
  const thread = idleThread(running);
  if (thread === undefined) return true;
  const widening = openCircuits(running).map(
    (socket): Request => ({ call: 'WSPSetSockOpt', ...thread, socket, name: 'SO_SNDBUF', value: wideRoom }),
  );
  return running.askAll(widening);
}

/** How many routines ran, or undefined after a deviation. */
async function sleepAll(running: RunningCase): Promise<number | undefined> {
  const sleeps = new View(worldOf(running)).idle.map((thread): Request => ({ call: 'SleepEx', ...(thread !== mainThread && { thread }) }));
  if (!(await running.askAll(sleeps))) return undefined;
  return running.last.filter((line) => 'routine' in line && line.routine === 'enter').length;
}

/**
 * The judge never requires progress of a transport. Here everything was read, so a send that waits on a healthy circuit waits for nothing.
 */
function checkProgress(running: RunningCase): boolean {
  if (idleThread(running) === undefined && worldOf(running).begun.size === 0) return true;
  const stall = stallIn(running.world);
  return stall === undefined ? true : running.deviates('stalled', stall.message, stall.clauses);
}

/** A trace never requires the end of a stream either. Here it was shut down in order, everything was read, and the peer looked again. */
function checkEnds(running: RunningCase): boolean {
  const refused = new Set(running.last.flatMap((line) => (isUnsupported(line) && 'peer' in line ? [line.socket] : [])));
  const isOpen = ({ tables }: World, socket: Socket): boolean =>
    !reads(tables.profile, 'D10:open') &&
    socket.isStream &&
    socket.sendClosed &&
    isIntact(worldOf(running), socket) &&
    socket.delivery === tables.delivery.stateIndex.open;
  const found = [...worldOf(running).sockets.values()].find((socket) => isOpen(worldOf(running), socket) && !refused.has(socket.name));
  if (found === undefined || worldOf(running).begun.size > 0) return true;
  return running.deviates('stalled', `the stream of ${found.name} was shut down, and its peer never reads the end`, [
    'WSAESHUTDOWN:1',
    'Purpose:2',
  ]);
}

function stallIn(world: World): { message: string; clauses: ClauseId[] } | undefined {
  for (const { call, socket, thread, operation } of world.begun.values()) {
    const waitsFor = isResult(call) ? operation?.socket : isSend(call) ? socket : undefined;
    if (waitsFor === undefined || !isIntact(world, waitsFor)) continue;
    const message = `${call.call} of thread ${thread} has not returned although the peer has read everything`;
    return { message, clauses: isSend(call) ? ['Nonoverlapped:5'] : ['Event:4', 'Return:5'] };
  }
  for (const operation of world.live) {
    if (!isWaiting(world, operation) || operation.socket === undefined || !isIntact(world, operation.socket)) continue;
    return { message: `${operation.name} is not complete although the peer has read everything`, clauses: ['Return:5', 'Overlapped:3'] };
  }
  return undefined;
}

const isWaiting = (world: World, operation: Operation): boolean =>
  operation.state === world.tables.operation.stateIndex.pending &&
  operation.status === undefined &&
  !operation.upcalled &&
  !operation.threadGone &&
  world.threads.get(operation.thread)?.exited !== true;

/** Looks at every operation, or at those alone of which something may still come. */
async function lookAtOperations(running: RunningCase, onlyLive = false): Promise<boolean> {
  const { live, operations } = worldOf(running);
  const thread = idleThread(running);
  const looks: Request[] = [];
  for (const { name, socket, hasEvent } of onlyLive ? live : operations.values()) {
    looks.push({ poll: 'count', overlapped: name });
    if (hasEvent) looks.push({ poll: 'event', overlapped: name });
    if (thread !== undefined && socket !== undefined) {
      looks.push({ call: 'WSPGetOverlappedResult', ...thread, socket: socket.name, overlapped: name });
    }
  }
  return running.askAll(looks);
}
