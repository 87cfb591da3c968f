import type { SpiTable, WorldPart } from '../../model/winsock/spi.ts';
import type { CallRequest } from '../../model/winsock/trace.ts';
import { type Doing, ProviderCrash } from './crash.ts';
import { Lines } from './lines.ts';
import { Buffers } from './memory.ts';
import { OverlappedNames, Sockets } from './names.ts';
import { Ports } from './ports.ts';
import { type StackFrame, type Thread, Threads } from './threads.ts';

/** On which thread the provider is, and inside what: a routine that it calls stands upon that frame. */
export interface Visit {
  readonly thread: Thread;
  readonly base: StackFrame | undefined;
}

/** Everything that one provider and its caller share during one trace. */
export class Session {
  readonly lines = new Lines();
  readonly sockets = new Sockets();
  readonly overlapped = new OverlappedNames();
  readonly ports = new Ports();
  readonly threads = new Threads();
  readonly buffers = new Buffers();
  /** What is not in it is not called: `play` asks first. */
  spi!: SpiTable;
  world!: WorldPart;
  /** Makes a call on a thread. Set once; routines make calls and calls run routines. */
  play!: (thread: Thread, call: CallRequest) => void;
  crash: ProviderCrash | undefined;
  /** The OVERLAPPED that may be given again although it is in use. */
  reusable: string | undefined;
  /** Sends made with an OVERLAPPED. */
  sends = 0;
  /** Calls whose promise has not resolved. */
  outstanding = 0;
  /** Grows whenever a promise resolved, so that a wait can distinguish silence from progress. */
  resolved = 0;
  #visit: Visit | undefined;

  get visit(): Visit | undefined {
    return this.#visit;
  }

  /** Runs the provider's code, on a thread of the caller or on none. Whatever it throws is its crash. */
  enter<T>(doing: Doing, thread: Thread | undefined, providerCode: () => T): T {
    const outer = this.#visit;
    this.#visit = thread && { thread, base: thread.top };
    try {
      return providerCode();
    } catch (error) {
      throw this.crashed(doing, error);
    } finally {
      this.#visit = outer;
    }
  }

  /** The first crash is the one that counts: what unwinds through an outer call is the same one again. */
  crashed(doing: Doing, error: unknown): ProviderCrash {
    return (this.crash ??= new ProviderCrash(doing, error));
  }
}
