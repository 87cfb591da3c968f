import { type Request, type TraceHeader, traceVersion } from '../../model/winsock/trace.ts';
import { failedConversation } from '../conversation/failed.ts';
import type { Beginning, Conversation, Failure, Implementation, Leftovers, Patience, Reply } from '../conversation/implementation.ts';
import type { ReplyLine } from '../conversation/replyLine.ts';
import { type CampaignRequest, isInjection } from '../conversation/requests.ts';
import { endLeftovers } from '../process/group.ts';
import { notStarted } from '../process/owing.ts';
import { hurriedMs, startMsFor, timeoutSecondsWithin } from '../process/pace.ts';
import { Aliases, ProcessNames } from './aliases.ts';
import { DriverProcess } from './process.ts';

/** A program that drives an implementation from outside, by the protocol of trace/1 on its standard streams. */

export interface DriverOptions {
  /** The program and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** How long an answer may take; by default ten seconds, or half of the time of the whole run where that is less. */
  readonly timeoutSeconds?: number;
  /** How long its header may take; without it, as long as three answers, and at least ten seconds. */
  readonly startSeconds?: number;
  /** Cases that one process serves, one after the other, as long as none leaves anything behind. */
  readonly casesPerProcess?: number;
  /** How long a counterexample may be made shorter. */
  readonly shrinkSeconds?: number;
  /** When the whole run is over, in milliseconds as Date.now() counts them. */
  readonly deadline?: number;
}

export const casesPerProcessDefault = 16;
const shrinkSecondsDefault = 15;
/** Starts in a row that may fail once one has succeeded. */
const startsMax = 3;

/** A program as an implementation. Its process is started with the first case. */
export const driverImplementation = (options: DriverOptions): Implementation => new Driver(options);

class Driver implements Implementation {
  readonly injections = [];
  readonly patience: Patience;
  readonly #command: readonly [string, ...string[]];
  readonly #timeoutMs: number;
  readonly #startMs: number;
  readonly #casesMax: number;
  readonly #deadline: number;
  #process: DriverProcess | undefined;
  #header: TraceHeader = { wspsend: traceVersion };
  #names = new ProcessNames();
  #hasStarted = false;
  #slowestMs = 0;
  readonly #ending = new Set<Promise<void>>();

  constructor(options: DriverOptions) {
    const { command, casesPerProcess = casesPerProcessDefault, deadline = Number.POSITIVE_INFINITY } = options;
    const timeoutSeconds = options.timeoutSeconds ?? timeoutSecondsWithin(deadline);
    this.#command = command;
    const { shrinkSeconds = shrinkSecondsDefault } = options;
    this.patience = { confirmations: 3, shrinkRuns: 400, shrinkSeconds, deadlySeconds: shrinkSeconds };
    this.#timeoutMs = timeoutSeconds * 1000;
    this.#startMs = options.startSeconds === undefined ? startMsFor(this.#timeoutMs) : options.startSeconds * 1000;
    this.#casesMax = casesPerProcess;
    this.#deadline = deadline;
  }

  async begin({ hurries = false, isFresh = false }: Beginning = {}): Promise<Conversation> {
    if (isFresh && this.#names.cases > 0) this.#endProcess();
    let failure: Failure | undefined;
    for (let starts = this.#hasStarted ? startsMax : 1; this.#process?.isAlive !== true && starts > 0; starts--)
      failure = await this.#start();
    const process = this.#process;
    if (process === undefined) return failedConversation(failure!);
    this.#slowestMs = Math.max(this.#slowestMs, process.slowestMs);
    return new DriverConversation(process, {
      header: this.#header,
      aliases: new Aliases(this.#names),
      timeoutMs: hurries ? Math.min(this.#timeoutMs, hurriedMs(this.#slowestMs)) : this.#timeoutMs,
      isReused: this.#names.cases + 1 < this.#casesMax,
      end: (isOver) => {
        if (isOver) this.#endProcess();
      },
    });
  }

  async close(): Promise<void> {
    this.#endProcess();
    await Promise.all(this.#ending);
    endLeftovers();
  }

  async #start(): Promise<Failure | undefined> {
    this.#endProcess();
    let process: DriverProcess;
    try {
      process = new DriverProcess(this.#command, this.#startMs, this.#deadline);
    } catch (error) {
      return notStarted(this.#command, error);
    }
    const { gone } = process;
    this.#ending.add(gone);
    void gone.then(() => this.#ending.delete(gone));
    const header = await process.started;
    if ('kind' in header) return header;
    this.#header = header;
    this.#names = new ProcessNames();
    this.#process = process;
    this.#hasStarted = true;
    return undefined;
  }

  #endProcess(): void {
    this.#process?.end();
    this.#process = undefined;
  }
}

interface Served {
  readonly header: TraceHeader;
  readonly aliases: Aliases;
  readonly timeoutMs: number;
  readonly isReused: boolean;
  readonly end: (isOver: boolean) => void;
}

class DriverConversation implements Conversation {
  readonly header: TraceHeader;
  readonly isReused: boolean;
  readonly #process: DriverProcess;
  readonly #served: Served;
  readonly #isFirst: boolean;

  constructor(process: DriverProcess, served: Served) {
    this.#process = process;
    this.#isFirst = process.trace.length === 0;
    this.#served = served;
    this.header = served.header;
    this.isReused = served.isReused;
  }

  request(request: CampaignRequest): Reply | Promise<Reply> {
    return this.requestAll([request])[0]!;
  }

  requestAll(requests: readonly CampaignRequest[]): readonly Promise<Reply>[] {
    const { aliases, timeoutMs } = this.#served;
    // An event of a provider's own means nothing here.
    const asked = requests.filter((request): request is Request => !isInjection(request));
    const replies = this.#process.ask(
      asked.map((request) => aliases.outward(request)),
      timeoutMs,
    );
    let at = 0;
    return requests.map((request) =>
      isInjection(request) ? Promise.resolve({ lines: [] }) : replies[at++]!.then((reply) => this.#inward(reply)),
    );
  }

  get whole() {
    return this.#isFirst ? undefined : this.#process.trace;
  }

  end({ any, exitedThreads }: Leftovers): void {
    this.#served.aliases.end(exitedThreads);
    this.#served.end(any || !this.isReused);
  }

  #inward(reply: Reply): Reply {
    const lines: ReplyLine[] = [];
    for (const line of reply.lines) {
      const own = this.#served.aliases.inward(line);
      if (own === undefined) {
        const message = 'a line is about a case before this one';
        return { lines, failure: { kind: 'stray', message, trace: this.#process.trace } };
      }
      lines.push(own);
    }
    return reply.failure === undefined ? { lines } : { lines, failure: reply.failure };
  }
}
