import { isPromise } from 'node:util/types';
import type { ProviderModule, SpiTable, WorldPart } from '../../model/winsock/spi.ts';
import { type CallRequest, type PollRequest, type Request, type TraceHeader, threadOf, traceVersion } from '../../model/winsock/trace.ts';
import type { ReplyLine } from '../conversation/replyLine.ts';
import type { Injection } from '../conversation/requests.ts';
import { breach } from './breach.ts';
import { ProviderCrash } from './crash.ts';
import { changeWorld, peerRecv, whyNotLook } from './peer.ts';
import { askWritable, play, providerLacks } from './play.ts';
import { dequeuePacket } from './portCalls.ts';
import { Session } from './session.ts';
import { Thread } from './threads.ts';
import { upcallsOf } from './upcalls.ts';

/** Turns of the microtask queue without news after which nothing more comes by itself. */
const quietTurns = 32;
const settledTurns = 256;

/** What an entry of a module returned. A promise has none of the functions, and would look like a table that lacks them all. */
function given<Result>(entry: string, result: Result): Result {
  if (isPromise(result)) throw new TypeError(`${entry}() must return an object at once: a promise. Await at the top of the module instead`);
  if (typeof result === 'object' && result !== null) return result;
  throw new TypeError(`${entry}() must return an object: ${String(result)}`);
}

/** The one function of a world that every provider needs. */
function worldOf(module: ProviderModule): WorldPart {
  const world = given('world', module.world());
  if (typeof world.recv === 'function') return world;
  throw new TypeError(`world() must return an object that has recv() as a function: it has ${Object.keys(world).join(', ') || 'nothing'}`);
}

/**
 * Plays ws2_32 to a provider, and the caller, its threads and its memory as well: takes the requests of trace/1 and answers each with
 * the lines that were observed.
 *
 * While every call returns at once, so does `request`. As long as one is blocked, its promise may be resolved by any request, and the
 * answer is a promise too. There are no timers: what a provider has not done when the microtasks have run dry stands in a later answer.
 */
export class Harness {
  readonly #session = new Session();

  constructor(module: ProviderModule) {
    const session = this.#session;
    session.play = (thread, call) => play(session, thread, call);
    try {
      session.spi = given('WSPStartup', module.WSPStartup(upcallsOf(session))) as SpiTable;
      session.world = worldOf(module);
    } catch (error) {
      throw new ProviderCrash('WSPStartup', error);
    }
  }

  /** The header of the trace that the answers make: every upcall is in it. */
  header(source?: string, title?: string): TraceHeader {
    return { wspsend: traceVersion, ...(source !== undefined && { source }), ...(title !== undefined && { title }), side: 'spi' };
  }

  /** Once the provider has crashed, nothing is asked of it any more. */
  get crash(): ProviderCrash | undefined {
    return this.#session.crash;
  }

  /** The provider's own world, for what trace/1 has no request for; use `inject` where effects are to be observed. */
  get world(): WorldPart {
    return this.#session.world;
  }

  /** Does what is asked and answers with the lines observed since the last answer. */
  request(request: Request): ReplyLine[] | Promise<ReplyLine[]> {
    return this.#observe(request, () => this.#dispatch(request));
  }

  /** Brings about an event that is this provider's own (room, a failure, …). It has no line; what follows from it has. */
  inject(kind: string, socket?: string, value?: number): ReplyLine[] | Promise<ReplyLine[]> {
    const session = this.#session;
    const handle = socket === undefined ? undefined : session.sockets.find(socket)?.handle;
    return this.#observe(undefined, () => session.enter(`env ${kind}`, undefined, () => session.world.env?.(kind, handle, value)));
  }

  /** The caller breaks its own side (conversation/breaches.ts). */
  breach(injection: Injection): ReplyLine[] | Promise<ReplyLine[]> {
    return this.#observe(undefined, () => breach(this.#session, injection));
  }

  /** The threads that are inside a call. */
  blockedThreads(): string[] {
    return this.#session.threads.blocked();
  }

  #observe(request: Request | undefined, act: () => void): ReplyLine[] | Promise<ReplyLine[]> {
    const session = this.#session;
    this.#guard(request, () => {
      session.threads.wakeSleepers();
      act();
      session.threads.wakeSleepers();
    });
    if (session.outstanding === 0) return this.#reply();
    return this.#awaitQuiet(request).then(() => this.#reply());
  }

  #reply(): ReplyLine[] {
    this.#session.buffers.sweep();
    return this.#session.lines.take();
  }

  async #awaitQuiet(request: Request | undefined): Promise<void> {
    const session = this.#session;
    const turns = request !== undefined && 'env' in request && request.env === 'settle' ? settledTurns : quietTurns;
    for (let turn = 0, seen = session.resolved; turn < turns && session.crash === undefined; turn++) {
      await null;
      if (session.resolved !== seen) {
        seen = session.resolved;
        turn = 0;
        this.#guard(request, () => session.threads.wakeSleepers());
      }
    }
  }

  /** Errors are the provider's, and kept as its crash, or ours, and thrown. */
  #guard(request: Request | undefined, act: () => void): void {
    if (this.#session.crash !== undefined) {
      if (request !== undefined) this.#session.lines.unsupported(request, 'the provider has crashed');
      return;
    }
    try {
      act();
    } catch (error) {
      if (this.#session.crash === undefined) throw error;
    }
  }

  #dispatch(request: Request): void {
    const session = this.#session;
    if ('call' in request) this.#call(request);
    else if ('poll' in request) this.#poll(request);
    else if ('port' in request) dequeuePacket(session, request);
    else if ('peer' in request || 'env' in request) {
      const why = whyNotLook(session, request) ?? providerLacks(session, request);
      if (why !== undefined) session.lines.unsupported(request, why);
      else if ('peer' in request) peerRecv(session, request);
      else changeWorld(session, request);
    } else session.lines.unsupported(request, 'this is no request');
  }

  #call(call: CallRequest): void {
    const { threads, lines } = this.#session;
    // The thread that it names is inside the call to be cancelled; the cancelling thread is another one.
    const isCancel = call.call === 'WSPCancelBlockingCall';
    const thread = isCancel ? new Thread(threads.provider.name, threads.provider.handle) : threads.of(threadOf(call));
    if (!thread.alive) lines.unsupported(call, `the thread ${thread.name} has exited`);
    else if (thread.frames.length > 0) lines.unsupported(call, `the thread ${thread.name} is blocked`);
    else play(this.#session, thread, call);
  }

  #poll(request: PollRequest): void {
    const { lines, overlapped } = this.#session;
    switch (request.poll) {
      case 'count':
        lines.push({ ...request, poll: 'count', written: overlapped.of(request.overlapped).last?.count?.value !== undefined });
        break;
      case 'event': {
        const slot = overlapped.of(request.overlapped);
        const { signalled } = slot.event;
        lines.push({ ...request, poll: 'event', signalled });
        if (signalled) slot.inUse = false;
        break;
      }
      case 'writable':
        askWritable(this.#session, request);
        break;
      default:
        request satisfies never;
    }
  }
}
