/**
 * A second judge: slow, small, and with nothing in common with the oracle but the vocabulary.
 *
 * It keeps every world that the lines so far allow. A line takes each world to the worlds in which it can be true, by trying the hidden
 * steps that it needs: the transport takes bytes, an operation ends by a cause that has happened, a begun call takes effect. The trace
 * is rejected at the line that no world survives. Where there are too many worlds, or the caller broke an obligation, nothing is decided.
 */

import {
  type CallStep,
  isKind,
  kindOf,
  type Returns,
  type TraceHeader,
  type TraceStep,
  threadOf,
  type WSPSendCall,
} from '../../model/winsock/trace.ts';
import { isOversize, look, modeOf } from './calls.ts';
import { endings, passed, type Rules, reportCircuit, reported } from './completion.ts';
import { readDatagram, readEnd, readStream, readUrgent, tookBytes } from './wire.ts';
import {
  add,
  budget,
  copy,
  emptyWorld,
  type Frame,
  framesOf,
  keyOf,
  lengthOf,
  type Profile,
  type Send,
  type Socket,
  sendOf,
  sendsOn,
  socketOf,
  TooLarge,
  type World,
} from './world.ts';

export type { Profile } from './world.ts';
export type Verdict = { verdict: 'accepted' } | { verdict: 'rejected'; line: number } | { verdict: 'too large'; line: number; why: string };

export const bounds = { worlds: 2000, copies: 30_000, sends: 40, lines: 400 } as const;

const knownFlags = ['MSG_OOB', 'MSG_DONTROUTE', 'MSG_PARTIAL'];
const knownOptions = [
  'SO_SNDBUF',
  'SO_RCVBUF',
  'SO_BROADCAST',
  'SO_LINGER',
  'SO_KEEPALIVE',
  'SO_DONTROUTE',
  'SO_MAX_MSG_SIZE',
  'SO_SNDTIMEO',
];

/** Judges the steps of one trace, as numbered lines, under one profile. */
export const validate = (profile: Profile, header: TraceHeader, steps: readonly { line: number; step: TraceStep }[]): Verdict => {
  const validator = new Validator(profile, header.side === 'spi');
  for (const { line, step } of steps) {
    try {
      if (!validator.step(line, step)) return { verdict: 'rejected', line };
    } catch (error) {
      if (error instanceof TooLarge) return { verdict: 'too large', line, why: error.message };
      throw error;
    }
  }
  return { verdict: 'accepted' };
};

class Validator implements Rules {
  readonly profile: Profile;
  readonly calls = new Map<number, WSPSendCall>();
  readonly #everyUpcall: boolean;
  readonly #begun = new Map<number, { line: number; call: CallStep }>();
  #worlds: World[] = [emptyWorld()];
  #line = 0;

  constructor(profile: Profile, everyUpcall: boolean) {
    this.profile = profile;
    this.#everyUpcall = everyUpcall;
  }

  /** False when no world is left in which the step could be seen. */
  step(line: number, step: TraceStep): boolean {
    this.#line = line;
    budget.left = bounds.copies;
    const kind = kindOf(step);
    if (kind === 'call' || kind === 'poll' || kind === 'peer' || kind === 'env')
      this.#keep(this.#worlds.filter((world) => !isOverdue(world)));
    this.#keep(this.#worlds.flatMap((world) => this.#apply(copy(world), step)));
    for (const world of this.#worlds)
      for (const send of world.sends) if (send.phase === 'begun') look(this.profile, this.calls, world, send);
    this.#keep(this.#worlds);
    return this.#worlds.length > 0;
  }

  #keep(worlds: readonly World[]): void {
    this.#worlds = [...new Map(worlds.map((world) => [keyOf(world), world])).values()];
    if (this.#worlds.length > bounds.worlds) throw new TooLarge(`more than ${bounds.worlds} worlds`);
    if (this.calls.size > bounds.sends || this.#line > bounds.lines) throw new TooLarge('too long a trace');
  }

  #apply(world: World, step: TraceStep): World[] {
    if (isKind(step, 'call')) return step.begin === undefined ? this.#single(world, step) : this.#begin(world, step);
    if (isKind(step, 'end')) return this.#end(world, step.end, step.returns);
    if (isKind(step, 'routine'))
      return step.routine === 'enter' ? this.#enter(world, step) : leave(world, this.calls, step.overlapped, threadOf(step));
    if (isKind(step, 'poll')) {
      if (step.poll === 'writable') throw new TooLarge('readiness');
      return step.poll === 'event' ? this.#pollEvent(world, step.overlapped, step.signalled) : this.#pollCount(world, step);
    }
    if (isKind(step, 'upcall')) return this.#upcall(world, step);
    if (isKind(step, 'caller')) throw new TooLarge('the caller broke an obligation');
    if (isKind(step, 'peer')) return this.#peer(world, step);
    if (isKind(step, 'env')) return this.#env(world, step);
    throw new TooLarge('a completion port or a foreign call');
  }

  // ---- Calls ----

  #single(world: World, call: CallStep): World[] {
    const returns = call.returns as Returns;
    if (call.call !== 'WSPSend') return this.#returned(world, call, returns);
    return this.#post(world, call).flatMap((next) => this.#sendReturned(next, this.#line, returns));
  }

  #begin(world: World, call: CallStep): World[] {
    const begin = call.begin as number;
    this.#begun.set(begin, { line: this.#line, call });
    const kind =
      call.call === 'WSPSend'
        ? 'send'
        : call.call === 'SleepEx'
          ? 'sleep'
          : call.call === 'WSPConnect'
            ? 'connect'
            : call.call === 'WSPGetOverlappedResult' && call.wait === true
              ? 'wait'
              : 'other';
    const frames = framesOf(world, threadOf(call));
    const worlds = call.call === 'WSPSend' ? this.#post(world, call) : [world];
    if (frames.at(-1) !== undefined && frames.at(-1)?.kind !== 'routine') throw new TooLarge('two calls of one thread at once');
    if (kind !== 'sleep' && frames.some((frame) => frame.kind === 'send' || frame.kind === 'wait'))
      throw new TooLarge('a blocking call inside a routine that interrupted one');
    frames.push({ kind, line: this.#line, begin, due: false });
    return worlds;
  }

  #end(world: World, begin: number, returns: Returns): World[] {
    const begun = this.#begun.get(begin) as { line: number; call: CallStep };
    const frames = framesOf(world, threadOf(begun.call));
    const top = frames.at(-1);
    if (top === undefined || top.kind === 'routine' || top.begin !== begin) return [];
    frames.pop();
    return begun.call.call === 'WSPSend' ? this.#sendReturned(world, begun.line, returns) : this.#returned(world, begun.call, returns);
  }

  #post(world: World, call: WSPSendCall): World[] {
    if (call.flags?.some((flag) => !knownFlags.includes(flag)) === true) throw new TooLarge('an unknown flag');
    const index = world.names[call.socket] ?? -1;
    const socket = world.sockets[index];
    const mode = modeOf(this.profile, socket, call);
    if (
      mode === 'blocking' &&
      call.begin !== undefined &&
      framesOf(world, threadOf(call)).some(({ kind }) => kind === 'send' || kind === 'wait')
    )
      throw new TooLarge('a blocking call inside a routine that interrupted one');
    const length = lengthOf(call);
    this.calls.set(this.#line, call);
    const send: Send = {
      id: this.#line,
      socket: index,
      thread: threadOf(call),
      mode,
      length,
      phase: 'begun',
      ok: false,
      may: [],
      returned: false,
      read: 0,
      urgent: [],
      least: 0,
      limit: length,
      took: 0,
      arrived: false,
      beside: sendsOn(world, index)
        .filter(({ returned, waits }) => !returned && !waits)
        .map(({ id }) => id),
      waits: false,
      causes: [],
      status: '',
      killed: false,
      told: false,
      seen: false,
      delivered: false,
      ran: false,
      queued: false,
      completed: false,
    };
    world.sends.push(send);
    look(this.profile, this.calls, world, send);
    const name = call.overlapped;
    if (name !== undefined) {
      const last = world.overlappeds[name];
      const old = last && world.sends.find(({ id }) => id === last.send);
      if (last && old && !last.free) throw new TooLarge('an OVERLAPPED is used while it is outstanding');
      if (old && hasRoutine(this.calls, old) && old.phase !== 'failed' && !last?.ignored && !old.ran)
        throw new TooLarge('an OVERLAPPED is used before its routine ran');
      const set = last?.set ?? 'no';
      world.overlappeds[name] = {
        send: send.id,
        ignored: mode === 'blocking' || mode === 'nonblocking',
        free: false,
        set: set === 'no' ? 'no' : 'maybe',
      };
    }
    return [world];
  }

  #sendReturned(world: World, id: number, returns: Returns & { bytes?: number | undefined }): World[] {
    const now = sendOf(world, id);
    const call = this.calls.get(id) as WSPSendCall;
    const { bytes } = returns;
    const after = (worlds: World[], change: (send: Send, world: World) => void): World[] =>
      worlds.map((each) => {
        const next = copy(each);
        const send = sendOf(next, id);
        send.returned = true;
        change(send, next);
        const overlapped = call.overlapped === undefined ? undefined : next.overlappeds[call.overlapped];
        if (overlapped && (send.phase === 'failed' || overlapped.ignored)) overlapped.free = true;
        if (send.phase !== 'failed' && send.length > 0 && next.sockets[send.socket]?.causes.includes('peer.close'))
          (next.sockets[send.socket] as Socket).metData = true;
        return next;
      });
    if (returns.rc === 0) return this.#succeeded(world, now, call, bytes, after);
    if (returns.errno === 'WSA_IO_PENDING') {
      if (now.mode !== 'overlapped' || bytes !== undefined || (now.phase === 'begun' && !now.ok)) return [];
      return after([world], (send, next) => {
        if (send.phase === 'begun') send.phase = 'posted';
        const overlapped = next.overlappeds[call.overlapped ?? ''];
        if (overlapped && !send.seen && call.event === true && this.profile !== 'page')
          overlapped.set = overlapped.set === 'yes' ? 'yes' : 'no';
      });
    }
    const code = returns.errno as string;
    const found: World[] = [];
    if (
      now.phase === 'begun' &&
      now.may.includes(code) &&
      (bytes ?? 0) === 0 &&
      !(this.profile === 'msafd' && now.mode === 'overlapped' && isOversize(socketOf(world, now), now) && code === 'WSAEMSGSIZE')
    ) {
      found.push(
        ...after([world], (send, next) => {
          send.phase = 'failed';
          reportCircuit(this, next, send, code);
        }),
      );
    }
    if (now.mode === 'blocking' || now.mode === 'filled') {
      if (now.phase === 'posted' && now.least === 0 && code === 'WSAENOBUFS')
        found.push(
          ...after([world], (send) => {
            send.phase = 'failed';
          }),
        );
      found.push(
        ...after(
          endings(this, world, id).filter((each) => sendOf(each, id).status === code),
          (send) => {
            send.told = true;
            send.seen = true;
          },
        ),
      );
    }
    return found.filter((each) => bytes === undefined || bytes <= sendOf(each, id).limit);
  }

  #succeeded(
    world: World,
    now: Send,
    call: WSPSendCall,
    bytes: number | undefined,
    after: (worlds: World[], change: (send: Send, world: World) => void) => World[],
  ): World[] {
    const id = now.id;
    const faults = [call.fault ?? []].flat();
    const uncounted = call.count === false || faults.includes('lpNumberOfBytesSent');
    if (bytes === undefined && !uncounted) return [];
    const routine = hasRoutine(this.calls, now);
    if (this.#everyUpcall && routine && now.mode === 'overlapped' && !now.queued) return [];
    let worlds = endings(this, world, id, { late: true }).filter((each) => sendOf(each, id).status === '0');
    if (now.mode !== 'nonblocking') worlds = worlds.filter(() => bytes === undefined || bytes === now.length);
    else if (bytes !== undefined) {
      const whole = this.profile === 'msafd' || world.sockets[now.socket]?.stream !== true || now.length === 0;
      if (whole ? bytes !== now.length : bytes < 1 || bytes > now.length) return [];
      worlds = worlds.filter((each) => bytes >= sendOf(each, id).least && bytes <= Math.max(sendOf(each, id).limit, 0));
    }
    return after(worlds, (send, next) => {
      if (now.mode === 'nonblocking' && bytes !== undefined) {
        send.limit = Math.min(send.limit, bytes);
        send.least = send.limit;
      }
      send.told = true;
      const overlapped = next.overlappeds[call.overlapped ?? ''];
      if (send.mode !== 'overlapped' && send.mode !== 'filled') return;
      const isLate = this.profile === 'page' && !routine;
      send.delivered ||= !isLate;
      send.seen ||= !isLate;
      if (overlapped && call.event === true && !routine && !isLate) overlapped.set = 'yes';
      if (overlapped && call.event === true && !routine && isLate && overlapped.set !== 'no') overlapped.set = 'maybe';
    });
  }

  #returned(world: World, call: CallStep, returns: Returns): World[] {
    if (call.call === 'SleepEx') return returns.rc === 0 && !this.#leavesRoutine(world, threadOf(call)) ? [world] : [];
    if (call.call === 'ExitThread') return this.#exit(world, threadOf(call));
    if (call.call === 'WSPCancelBlockingCall') {
      const top = framesOf(world, threadOf(call)).at(-1);
      const send = top?.kind === 'send' ? sendOf(world, top.line) : undefined;
      if (returns.rc === 0 && send && (send.mode === 'blocking' || send.mode === 'filled')) add(send.causes, 'interrupt');
      return [world];
    }
    if (call.call === 'WSPSend') return [];
    if (call.call === 'WSPGetOverlappedResult') return this.#result(world, call, returns);
    if (call.call === 'WSPSocket') return this.#created(world, call, returns);
    if (call.call === 'WSACleanup') throw new TooLarge('WSACleanup');
    const socket = world.sockets[world.names[call.socket] ?? -1];
    if (socket === undefined) return [world];
    if (call.call === 'WSPCancelIo') return this.#cancel(world, world.names[call.socket] as number, call.overlapped, returns);
    if (call.call === 'WSPIoctl' && call.code === 'SIO_FLUSH') {
      if (this.profile === 'msafd') return returns.rc === -1 && returns.errno === 'WSAEOPNOTSUPP' ? [world] : [];
      if (returns.rc === 0)
        for (const send of sendsOn(world, world.names[call.socket] as number))
          if (send.mode === 'overlapped' && send.phase === 'posted') add(send.causes, 'flush');
      return [world];
    }
    if (returns.rc === -1) {
      if (call.call === 'WSPConnect' && socket.bound === 'no') socket.bound = 'maybe';
      return returns.errno === 'WSAENOTSOCK' ? [] : [world];
    }
    this.#change(world, socket, call, returns);
    return [world];
  }

  #change(world: World, socket: Socket, call: CallStep, returns: Returns): void {
    switch (call.call) {
      case 'WSPBind':
        socket.bound = 'yes';
        break;
      case 'WSPConnect':
        socket.bound = 'yes';
        socket.peer = call.to ?? 'peer';
        break;
      case 'WSPIoctl':
        if (call.code !== 'FIONBIO') throw new TooLarge('an unknown ioctl');
        socket.nonblocking = Boolean(call.value);
        break;
      case 'WSPSetSockOpt':
        if (!knownOptions.includes(call.name)) throw new TooLarge('an unknown option');
        if (call.name === 'SO_BROADCAST') socket.broadcast = Boolean(call.value);
        if (call.name === 'SO_SNDTIMEO') socket.sendTimeout = Boolean(call.value);
        if (call.name === 'SO_LINGER' && typeof call.value === 'object')
          socket.linger = call.value.l_onoff === 0 ? 'off' : call.value.l_linger === 0 ? 'zero' : 'time';
        break;
      case 'WSPGetSockOpt':
        if (call.name === 'SO_MAX_MSG_SIZE' && 'value' in returns && typeof returns.value === 'number') socket.maximum = returns.value;
        break;
      case 'WSPShutdown':
        if (call.how === 'SD_BOTH' || (call.how === 'SD_RECEIVE' && socket.shut === 'send')) socket.shut = 'both';
        else if (call.how === 'SD_SEND' && socket.shut === 'no') socket.shut = 'send';
        break;
      case 'WSPCloseSocket':
        socket.closed = true;
        delete world.names[call.socket];
        break;
      default:
    }
  }

  #created(world: World, call: CallStep & { call: 'WSPSocket' }, returns: Returns): World[] {
    if (returns.rc === -1) return [world];
    if (world.names[call.socket] !== undefined) throw new TooLarge('a socket name is given twice');
    world.names[call.socket] = world.sockets.length;
    this.#lastSocket.set(call.socket, world.sockets.length);
    world.sockets.push({
      stream: call.type === 'SOCK_STREAM',
      overlapped: call.overlapped === true,
      receiveOnly: call.receiveOnly === true,
      bound: 'no',
      peer: 'none',
      nonblocking: false,
      broadcast: false,
      linger: 'off',
      shut: 'no',
      maximum: null,
      sendTimeout: false,
      closed: false,
      causes: [],
      dead: false,
      resetReported: false,
      metData: false,
      took: false,
      ended: false,
    });
    return [world];
  }

  #cancel(world: World, socket: number, name: string | undefined, returns: Returns): World[] {
    const named = sendsOn(world, socket).filter(
      (send) => send.mode === 'overlapped' && (name === undefined || this.calls.get(send.id)?.overlapped === name),
    );
    if (returns.rc === 0) {
      for (const send of named) if (send.phase === 'posted' || send.phase === 'begun') add(send.causes, 'cancel');
      return [world];
    }
    if (returns.errno !== '1168') return [];
    const posted = named.filter(({ phase }) => phase === 'posted');
    return posted.reduce<World[]>((worlds, { id }) => worlds.flatMap((each) => endings(this, each, id, { spontaneous: true })), [world]);
  }

  #exit(world: World, thread: string): World[] {
    add(world.exited, thread);
    for (const send of world.sends) {
      const isBound = this.profile === 'msafd' && this.calls.get(send.id)?.port === true;
      if (send.thread === thread && send.mode === 'overlapped' && send.phase === 'posted' && !isBound) add(send.causes, 'exit');
    }
    return [world];
  }

  // ---- Completions ----

  #result(world: World, call: CallStep & { call: 'WSPGetOverlappedResult' }, returns: Returns & { bytes?: number | undefined }): World[] {
    const overlapped = world.overlappeds[call.overlapped];
    const index = world.names[call.socket];
    const code = returns.rc === 0 ? '0' : (returns.errno as string);
    const { bytes } = returns;
    if (index === undefined && code === 'WSAENOTSOCK') return [world];
    const send = overlapped && sendOf(world, overlapped.send);
    if (index !== undefined && send && send.socket !== index) throw new TooLarge('a result is asked with another socket');
    if (overlapped && code !== 'WSA_IO_INCOMPLETE') overlapped.free = true;
    if (!send || overlapped?.ignored || send.phase === 'failed') return (bytes ?? 0) === 0 ? [world] : [];
    const isOpen = call.wait === true && (this.profile === 'page' || hasRoutine(this.calls, send));
    if (code === 'WSA_IO_INCOMPLETE') {
      if (isOpen) return [world];
      return call.wait === true || (bytes !== undefined && this.profile !== 'page') || send.seen || send.delivered ? [] : [world];
    }
    const found = reported(this, world, send.id, code, bytes);
    for (const each of found) {
      const at = each.overlappeds[call.overlapped];
      if (at && this.#hasEvent(send)) at.set = 'yes';
    }
    return isOpen && this.profile === 'page' && code === '0' && (bytes ?? 0) <= send.length ? [...found, world] : found;
  }

  #hasEvent(send: Send): boolean {
    return this.calls.get(send.id)?.event === true && !hasRoutine(this.calls, send);
  }

  #pollEvent(world: World, name: string, signalled: boolean): World[] {
    const overlapped = world.overlappeds[name];
    const send = overlapped && sendOf(world, overlapped.send);
    if (!overlapped || !send) return signalled ? [] : [world];
    if (!signalled) {
      const owed = send.phase === 'over' && send.delivered && this.#hasEvent(send) && !overlapped.ignored;
      if (overlapped.set === 'yes' || owed) return [];
      overlapped.set = 'no';
      return [world];
    }
    overlapped.free = true;
    if (overlapped.set === 'yes') return [world];
    const stale =
      overlapped.set === 'maybe' &&
      (this.profile === 'page' || send.phase === 'failed' || send.phase === 'begun' || overlapped.ignored || hasRoutine(this.calls, send))
        ? [copy(world)]
        : [];
    const completed =
      overlapped.ignored || !this.#hasEvent(send) || send.phase === 'failed' ? [] : endings(this, world, send.id, { spontaneous: true });
    return [
      ...stale,
      ...completed.map((each) => {
        const next = copy(each);
        Object.assign(sendOf(next, send.id), { seen: true, delivered: true });
        Object.assign(next.overlappeds[name] ?? {}, { set: 'yes' });
        return next;
      }),
    ];
  }

  #pollCount(world: World, step: { overlapped: string; written: boolean }): World[] {
    const overlapped = world.overlappeds[step.overlapped];
    const send = overlapped && sendOf(world, overlapped.send);
    const pended =
      send?.returned && send.mode === 'overlapped' && send.phase !== 'failed' && !(send.told && this.calls.get(send.id)?.returns?.rc === 0);
    return step.written && (pended || send === undefined) ? [] : [world];
  }

  #enter(world: World, step: { overlapped: string; error: string; bytes: number; flags: number; thread?: string | undefined }): World[] {
    const overlapped = world.overlappeds[step.overlapped];
    const send = overlapped && sendOf(world, overlapped.send);
    const thread = threadOf(step);
    const frames = framesOf(world, thread);
    const top = frames.at(-1);
    const waits =
      top !== undefined &&
      (top.kind === 'sleep' ||
        top.kind === 'wait' ||
        top.kind === 'connect' ||
        (top.kind === 'send' && sendOf(world, top.line).mode !== 'overlapped' && sendOf(world, top.line).mode !== 'nonblocking'));
    if (
      !overlapped ||
      !send ||
      overlapped.ignored ||
      !hasRoutine(this.calls, send) ||
      send.phase === 'failed' ||
      send.ran ||
      send.thread !== thread ||
      world.exited.includes(thread)
    )
      return [];
    if (!waits || step.flags !== 0 || this.#isHeldBack(world, frames, send) || (this.#everyUpcall && !send.queued)) return [];
    return reported(this, world, send.id, step.error, step.bytes).map((each) => {
      sendOf(each, send.id).ran = true;
      sendOf(each, send.id).delivered = true;
      Object.assign(each.overlappeds[step.overlapped] ?? {}, { free: true });
      const blocked = top.kind === 'send' ? sendOf(each, top.line) : undefined;
      if (blocked?.phase === 'begun' && blocked.ok) blocked.phase = 'posted';
      framesOf(each, thread).push({ kind: 'routine', send: send.id });
      return each;
    });
  }

  #isHeldBack(world: World, frames: readonly Frame[], send: Send): boolean {
    return frames.some((frame) => frame.kind === 'routine' && sendOf(world, frame.send).socket === send.socket);
  }

  /** Whether a routine that is surely queued for a thread has not run, and nothing holds it back. */
  #leavesRoutine(world: World, thread: string): boolean {
    return world.sends.some(
      (send) =>
        send.mode === 'overlapped' &&
        send.thread === thread &&
        hasRoutine(this.calls, send) &&
        !send.ran &&
        !world.exited.includes(thread) &&
        (this.#everyUpcall ? send.queued : send.phase === 'over' && send.delivered) &&
        !this.#isHeldBack(world, framesOf(world, thread), send),
    );
  }

  #upcall(world: World, step: TraceStep & { upcall: string }): World[] {
    if (!isKind(step, 'upcall')) return [];
    const overlapped = world.overlappeds[step.overlapped];
    const send = overlapped && sendOf(world, overlapped.send);
    if (!overlapped || !send || send.phase === 'failed' || overlapped.ignored) return [];
    const routine = hasRoutine(this.calls, send);
    if (step.upcall === 'WPUCompleteOverlappedRequest') {
      if (send.completed) return [];
      return reported(this, world, send.id, step.error, step.bytes).map((each) => {
        Object.assign(sendOf(each, send.id), { completed: true, delivered: !routine || sendOf(each, send.id).delivered });
        if (this.#hasEvent(send)) Object.assign(each.overlappeds[step.overlapped] ?? {}, { set: 'yes' });
        return each;
      });
    }
    const running = world.frames[send.thread]?.some(
      (frame) => frame.kind === 'routine' && sendOf(world, frame.send).socket === send.socket,
    );
    if (!routine || threadOf(step) !== send.thread || (send.queued && !running)) return [];
    if (step.returns.rc === -1)
      return step.returns.errno === 'WSAEFAULT' && world.exited.includes(send.thread)
        ? endings(this, world, send.id, { spontaneous: true })
        : [];
    return endings(this, world, send.id, { spontaneous: true }).map((each) => {
      const next = copy(each);
      Object.assign(sendOf(next, send.id), { queued: true, delivered: true });
      return next;
    });
  }

  // ---- The far end and the world ----

  #peer(world: World, step: TraceStep & { peer: string }): World[] {
    if (!isKind(step, 'peer')) return [];
    const index = this.#peerOf(world, step.socket);
    const socket = world.sockets[index];
    if (step.peer === 'idle') return [world];
    if (socket === undefined) return [];
    if (step.peer === 'eof') return readEnd(this, world, index);
    if (step.peer === 'error') {
      const causes = socket.causes.length > 0 || (socket.closed && (socket.linger !== 'off' || this.profile === 'page'));
      return causes && !socket.ended ? [world] : [];
    }
    if (!socket.stream) return readDatagram(this, world, index, step.runs);
    return step.oob === true ? readUrgent(this, world, index, step.runs) : readStream(this, world, index, step.runs);
  }

  /** The last socket that a name stood for: its peer goes on after the socket was closed. */
  #peerOf(world: World, name: string): number {
    const last = this.#lastSocket.get(name);
    return world.names[name] ?? last ?? -1;
  }
  readonly #lastSocket = new Map<string, number>();

  #env(world: World, step: TraceStep): World[] {
    if (!isKind(step, 'env')) return [];
    switch (step.env) {
      case 'settle':
        return this.#settle(world);
      case 'transport.took': {
        const index = this.#peerOf(world, step.socket);
        const socket = world.sockets[index];
        if (socket === undefined) return [];
        socket.took = true;
        return tookBytes(this, world, index, step.bytes);
      }
      case 'network.down': {
        if (step.socket === undefined) world.networkDown = true;
        const one = step.socket === undefined ? undefined : this.#peerOf(world, step.socket);
        world.sockets.forEach((socket, index) => {
          if (one === undefined || one === index) add(socket.causes, 'network.down');
        });
        return [world];
      }
      case 'peer.shutdown':
        return [world];
      case 'peer.unseen':
      case 'route.lost':
        throw new TooLarge(step.env);
      default: {
        const index = this.#peerOf(world, step.socket);
        const socket = world.sockets[index];
        if (socket?.stream && socket.peer !== 'none') add(socket.causes, step.env);
        if (socket && step.env === 'peer.close')
          socket.metData ||= sendsOn(world, index).some((send) => send.phase !== 'failed' && send.read < send.limit);
        return [world];
      }
    }
  }

  /** Everything caused has been delivered. */
  #settle(world: World): World[] {
    let worlds = [world];
    for (const { id } of world.sends) worlds = worlds.flatMap((each) => this.#settleSend(each, id));
    return worlds.flatMap((each) => {
      const next = copy(each);
      for (const send of next.sends) {
        if (send.phase !== 'over') continue;
        const name = this.calls.get(send.id)?.overlapped;
        const overlapped = name === undefined ? undefined : next.overlappeds[name];
        const isLast = overlapped?.send === send.id && !overlapped.ignored;
        if (
          this.#everyUpcall &&
          send.mode === 'overlapped' &&
          hasRoutine(this.calls, send) &&
          !send.queued &&
          !next.exited.includes(send.thread)
        )
          return [];
        send.delivered = true;
        if (isLast && this.#hasEvent(send)) overlapped.set = 'yes';
      }
      for (const socket of next.sockets)
        socket.dead ||= socket.causes.some((cause) => cause !== 'peer.close' && (socket.stream || cause === 'network.down'));
      for (const frames of Object.values(next.frames)) {
        for (const frame of frames) {
          if (frame.kind === 'routine') continue;
          if (this.#neverBlocks(next, frame)) return [];
          frame.due = this.#isReleased(next, frame);
        }
      }
      return [next];
    });
  }

  #settleSend(world: World, id: number): World[] {
    const send = sendOf(world, id);
    if (send.mode === 'nonblocking' || (send.phase === 'begun' && send.mode === 'overlapped')) return [world];
    if (send.phase === 'begun') {
      if (!send.ok) return [world];
      const posted = copy(world);
      Object.assign(sendOf(posted, id), { phase: 'posted', waits: true });
      return [world, ...this.#settleSend(posted, id)];
    }
    if (send.phase !== 'posted') return [world];
    send.waits = true;
    const socket = socketOf(world, send);
    const failed = socket.causes.some((cause) => cause !== 'peer.close' && (socket.stream || cause === 'network.down'));
    const ended =
      (socket.closed && (this.profile !== 'page' || send.mode !== 'overlapped')) ||
      (this.profile !== 'page' && (send.causes.includes('flush') || send.causes.includes('cancel')));
    const consumed =
      send.least === send.limit &&
      (send.length > 0 || send.arrived || passed(this, world, send).some((each) => keyOf(each) === keyOf(world)));
    return failed || ended || consumed || isOversize(socket, send) || socket.dead ? endings(this, world, id) : [world];
  }

  /** A call that waits for nothing has returned before a settle does. */
  #neverBlocks(world: World, { kind, line }: Exclude<Frame, { kind: 'routine' }>): boolean {
    if (kind === 'send') return ['nonblocking', 'overlapped'].includes(sendOf(world, line).mode);
    const begun = [...this.#begun.values()].find((each) => each.line === line);
    return kind === 'other' && this.profile !== 'page' && begun?.call.call !== 'WSPCloseSocket';
  }

  #isReleased(world: World, { kind, line }: Exclude<Frame, { kind: 'routine' }>): boolean {
    if (kind === 'send') return sendOf(world, line).phase !== 'posted';
    const begun = [...this.#begun.values()].find((each) => each.line === line);
    if (kind !== 'wait' || this.profile === 'page' || begun?.call.call !== 'WSPGetOverlappedResult') return false;
    const overlapped = world.overlappeds[begun.call.overlapped];
    const send = overlapped && sendOf(world, overlapped.send);
    return send === undefined || (send.phase === 'over' && !hasRoutine(this.calls, send));
  }
}

const isOverdue = (world: World): boolean =>
  Object.values(world.frames).some((frames) => frames.some((frame) => frame.kind !== 'routine' && frame.due));

const hasRoutine = (calls: ReadonlyMap<number, WSPSendCall>, send: Send): boolean => {
  const { routine, overlapped } = calls.get(send.id) as WSPSendCall;
  return overlapped !== undefined && routine !== undefined && routine !== false;
};

const leave = (world: World, calls: ReadonlyMap<number, WSPSendCall>, overlapped: string, thread: string): World[] => {
  const top = framesOf(world, thread).pop();
  return top?.kind === 'routine' && calls.get(top.send)?.overlapped === overlapped ? [world] : [];
};
