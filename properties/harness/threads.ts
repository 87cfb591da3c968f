import type { WSAUSERAPC } from '../../model/winsock/spi.ts';
import { mainThread } from '../../model/winsock/trace.ts';

/**
 * Threads as stacks of frames. A call, a routine and an alertable wait are frames; the top one is what the thread does now. A thread
 * that is blocked is a stack whose top cannot advance, so that it can go on later from wherever it stood, inside routines too.
 */
export interface StackFrame {
  /** Does the next thing and is true, or is false because it has to wait. A frame that is over has taken itself off its thread. */
  advance(): boolean;
  /** On top of its thread outside `advance`, it waits for an APC. */
  readonly awaitsApc: boolean;
}

export interface QueuedApc {
  readonly function: WSAUSERAPC;
  readonly context: number;
}

export class Thread {
  readonly name: string;
  readonly handle: number;
  readonly apcs: QueuedApc[] = [];
  readonly frames: StackFrame[] = [];
  routinesEntered = 0;
  alive = true;

  constructor(name: string, handle: number) {
    this.name = name;
    this.handle = handle;
  }

  /** What the thread is doing now. */
  get top(): StackFrame | undefined {
    return this.frames.at(-1);
  }

  /** Advances what lies above `base`, or everything, until it is over or has to wait. */
  run(base?: StackFrame): void {
    for (let top = this.top; top !== undefined && top !== base; top = this.top) if (!top.advance()) return;
  }

  exit(): void {
    this.alive = false;
    this.frames.length = 0;
    this.apcs.length = 0;
  }
}

/** The name of the thread that runs a routine while no thread of the caller is inside the provider. */
export const providerThread = '(provider)';
const providerHandle = -2;
/** Names no thread. What a clobbered WSATHREADID holds, too. */
export const noThreadHandle = -1;

export class Threads {
  readonly #names = new Map<string, Thread>();
  readonly #byHandle = new Map<number, Thread>();
  readonly provider = new Thread(providerThread, providerHandle);

  constructor() {
    this.of(mainThread);
  }

  find(name: string): Thread | undefined {
    return this.#names.get(name);
  }

  of(name: string): Thread {
    let thread = this.#names.get(name);
    if (thread === undefined) {
      // Handles as an operating system numbers them, so that none is mistaken for an index.
      thread = new Thread(name, 4 * (this.#names.size + 1));
      this.#names.set(name, thread);
      this.#byHandle.set(thread.handle, thread);
    }
    return thread;
  }

  byHandle(handle: number): Thread | undefined {
    return this.#byHandle.get(handle);
  }

  /** An APC ends an infinite wait of its thread, but never inside the upcall that queued it. */
  wakeSleepers(): void {
    for (let sleeper = this.#sleeper(); sleeper !== undefined; sleeper = this.#sleeper()) sleeper.run();
  }

  /** The names of the threads that are inside a call. */
  blocked(): string[] {
    return [...this.#names.values()].filter(({ frames }) => frames.length > 0).map(({ name }) => name);
  }

  #sleeper(): Thread | undefined {
    for (const thread of this.#names.values()) if (thread.apcs.length > 0 && thread.top?.awaitsApc === true) return thread;
    return undefined;
  }
}
