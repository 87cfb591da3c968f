import type { TraceHeader, TraceStep } from '../../model/winsock/trace.ts';
import type { ReplyLine } from './replyLine.ts';
import type { CampaignRequest } from './requests.ts';

/** What is verified, wherever it runs: a provider in this process, or a program behind its standard streams. */
export interface Implementation {
  /** Kinds of environment that it offers in addition to those of trace/1. */
  readonly injections: readonly string[];
  /** How far a counterexample is made shorter: an implementation that is slow or whose failures are intermittent costs more. */
  readonly patience: Patience;
  /** A case begins: no socket, no thread but the main one, and no name that means anything. */
  begin(beginning?: Beginning): Conversation | Promise<Conversation>;
  /** Nothing is asked any more. */
  close(): Promise<void>;
}

export interface Beginning {
  /** What hangs is given up early. */
  readonly hurries?: boolean;
  /** What serves the case (a process or a module) has served none before. */
  readonly isFresh?: boolean;
}

export interface Patience {
  /** How often a failure is asked for again before it counts as one that shows only sometimes. */
  readonly confirmations: number;
  readonly shrinkRuns: number;
  readonly shrinkSeconds: number;
  /** The same where each attempt ends what serves it, or waits for an answer that does not come. */
  readonly deadlySeconds: number;
}

/** One case: the tester asks, the implementation answers. */
export interface Conversation {
  readonly header: TraceHeader;
  /** Every line that was observed since the last answer. After a failure nothing is asked any more. */
  request(request: CampaignRequest): Reply | Promise<Reply>;
  /** Asks all of them before the first has answered, where that is quicker. The answers come in the order of the requests. */
  requestAll?(requests: readonly CampaignRequest[]): readonly Promise<Reply>[];
  /** True when what runs now may go on to serve the next case, if nothing of this one is left in it. */
  readonly isReused: boolean;
  /** All that was observed in what serves the case, from its start, where that was more than this case. */
  readonly whole?: readonly TraceStep[] | undefined;
  end(leftovers: Leftovers): void;
}

/** What a case leaves behind in what served it. */
export interface Leftovers {
  /** Something of the case may still be observed: a socket is open, an operation outstanding, a call under way. */
  readonly any: boolean;
  /** Threads that have exited; a case that follows needs others. */
  readonly exitedThreads: readonly string[];
}

/** What comes back for one request. */
export interface Reply {
  readonly lines: readonly ReplyLine[];
  readonly failure?: Failure;
}

/** The end of all replies: what no line of a trace can say. */
export interface Failure {
  /**
   * `crashed`: threw. `died`: its process ended. `hung`: no answer in time. `runaway`: no end of answers. These are faults of the
   * implementation. `malformed`: what it wrote is no trace. `unusable`: it never began one. `stray`: a line is about a case before this
   * one. `late`: the time of the whole run is over.
   */
  readonly kind: 'crashed' | 'died' | 'hung' | 'runaway' | 'malformed' | 'unusable' | 'stray' | 'late';
  readonly message: string;
  /** Of a `stray` line: the whole trace up to it, by the names that its process was given. */
  readonly trace?: readonly TraceStep[];
}
