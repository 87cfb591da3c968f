import { type BegunCall, type CallRequest, mainThread, type Request } from '../../model/winsock/trace.ts';
import type { ReplyLine } from '../conversation/replyLine.ts';

/**
 * The names of one case among those that its process has heard before. A case calls its first socket A, as every case does; the process
 * must not take it for the A of an earlier one, so from its second case on it hears other names.
 */
export class Aliases {
  readonly #process: ProcessNames;
  readonly #given = new Map<string, string>();
  readonly #own = new Map<string, string>();
  readonly #begun = new Set<number>();
  readonly #suffix: string;

  constructor(process: ProcessNames) {
    this.#process = process;
    this.#suffix = process.cases === 0 ? '' : `.${process.cases}`;
  }

  /** A request by the names that the process hears. */
  outward(request: Request): Request {
    const name = (own: string): string => this.#give(own, own + this.#suffix);
    return renamed(request, name, (own) => this.#give(own, this.#process.threadName(own)));
  }

  /** A line by the case's own names, or undefined when it is about a case before this one. */
  inward(line: ReplyLine): ReplyLine | undefined {
    if ('begin' in line && line.begin !== undefined) this.#begun.add(line.begin);
    if ('end' in line && !this.#begun.delete(line.end)) return undefined;
    if (this.#suffix === '') return line;
    let isStray = false;
    const name = (given: string): string => {
      const own = this.#own.get(given);
      if (own === undefined && this.#process.used.has(given)) isStray = true;
      return own ?? given;
    };
    const found = renamed(line, name, name);
    if ('end' in line) Object.defineProperty(found, 'begun', { value: renamed(line.begun, name, name) });
    return isStray ? undefined : found;
  }

  /** The next case needs other names, and other threads in place of those that have exited. */
  end(exitedThreads: readonly string[]): void {
    for (const given of this.#own.keys()) this.#process.used.add(given);
    this.#process.cases++;
    for (const name of exitedThreads) this.#process.retireThread(name);
    for (const given of this.#process.threadsInUse()) this.#process.used.delete(given);
  }

  #give(own: string, given: string): string {
    const known = this.#given.get(own);
    if (known !== undefined) return known;
    this.#given.set(own, given);
    this.#own.set(given, own);
    return given;
  }
}

/** What a process has heard so far. */
export class ProcessNames {
  cases = 0;
  /** Names of the cases before this one. */
  readonly used = new Set<string>();
  readonly #threads = new Map<string, number>();

  /** A thread serves one case after the other until it exits. */
  threadName(name: string): string {
    const retired = this.#threads.get(name) ?? 0;
    this.#threads.set(name, retired);
    return retired === 0 ? name : `${name}.${retired}`;
  }

  retireThread(name: string): void {
    this.#threads.set(name, (this.#threads.get(name) ?? 0) + 1);
  }

  threadsInUse(): string[] {
    return [...this.#threads.keys()].map((name) => this.threadName(name));
  }
}

type Renaming = (name: string) => string;

/** The same line with other names for its sockets, OVERLAPPEDs and threads. */
const renamed = <T extends Request | ReplyLine | BegunCall>(line: T, name: Renaming, thread: Renaming): T => {
  const {
    socket,
    overlapped,
    thread: on,
    routine,
  } = line as Partial<Record<'socket' | 'overlapped' | 'thread', string | boolean>> & { routine?: unknown };
  return {
    ...line,
    ...(typeof socket === 'string' && { socket: name(socket) }),
    ...(typeof overlapped === 'string' && { overlapped: name(overlapped) }),
    ...(typeof on === 'string' && on !== mainThread && { thread: thread(on) }),
    ...(Array.isArray(routine) && { routine: routine.map((call: CallRequest) => renamed(call, name, thread)) }),
  };
};
