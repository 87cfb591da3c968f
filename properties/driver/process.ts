import type { ChildProcess } from 'node:child_process';
import { type CutLine, LineCutter } from '../../model/winsock/lineCutter.ts';
import { lineBytesMax, TraceReader } from '../../model/winsock/reader.ts';
import { lineOf, type Request, type TraceHeader, type TraceStep } from '../../model/winsock/trace.ts';
import type { Failure, Reply } from '../conversation/implementation.ts';
import type { ReplyLine, UnsupportedLine } from '../conversation/replyLine.ts';
import { countsAsLine, linesMax } from '../conversation/runaway.ts';
import { killGroup, startGroup } from './processGroup.ts';

/**
 * A program that speaks trace/1: requests in, its trace out. Whatever it does instead of that is told as the failure of the request
 * that it owed an answer to, once; after that it is killed.
 */

/** Bytes that may follow one request. */
const replyBytesMax = 32 * 2 ** 20;
/** How long a program may take to end once its input has. */
const endMsMax = 1000;
/** How long the end of its output may be ahead of its own. */
const closeMsMax = 500;
/** How long an answer may take that has begun to arrive when its time is over. */
const graceMs = 1000;
const saidMax = 600;

interface Waiting {
  readonly request: Request;
  readonly timeoutMs: number;
  readonly sentAt: number;
  readonly resolve: (reply: Reply) => void;
}

export class DriverProcess {
  readonly #child: ChildProcess;
  readonly #deadline: number;
  readonly #reader = new TraceReader();
  readonly #cutter = new LineCutter();
  readonly #waiting: Waiting[] = [];
  /** Observed since the last answer. */
  #lines: ReplyLine[] = [];
  #linesCounted = 0;
  /** Calls among them that no routine made. */
  #callsMade = 0;
  #routinesOpen = 0;
  #bytes = 0;
  /** Every byte of its output so far: that it grows shows that it is alive. */
  #bytesInAll = 0;
  #said = '';
  #timer: NodeJS.Timeout | undefined;
  /** Which wait the timer is for. */
  #turn = 0;
  #failure: Failure | undefined;
  #ended: string | undefined;
  #onHeader: ((header: TraceHeader | Failure) => void) | undefined;
  /** Every step, by the names that the program was given. */
  readonly trace: TraceStep[] = [];
  /** The longest that an answer took, in milliseconds. */
  slowestMs = 0;
  /** The header, or why there is none. */
  readonly header: Promise<TraceHeader | Failure>;
  /** Resolves once nothing of it runs any more. */
  readonly gone: Promise<void>;

  /** `deadline`: when the whole run is over, as Date.now() counts; then no answer is waited for. */
  constructor(command: readonly [string, ...string[]], startMs: number, deadline: number) {
    this.#deadline = deadline;
    this.#child = startGroup(command);
    const { stdin, stdout, stderr } = this.#child;
    this.header = new Promise((resolve) => {
      this.#onHeader = resolve;
    });
    this.gone = new Promise((resolve) => this.#child.once('exit', () => resolve()).once('error', () => resolve()));
    this.#child.once('error', (error) =>
      this.#fail('unusable', `the driver must be a command that can be started: ${command[0]}: ${error.message}`),
    );
    this.#child.once('exit', (code, signal) => {
      this.#ended = signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
      // A process that it left behind may hold its output open.
      setTimeout(() => this.#die(), closeMsMax).unref();
    });
    this.#child.once('close', () => this.#die());
    // Whoever does not read gets no more; that it does not answer either is told by its time.
    stdin!.on('error', () => {});
    stdout!.on('data', (chunk: Buffer) => this.#read(chunk));
    stdout!.once('end', () => setTimeout(() => this.#die(), closeMsMax).unref());
    stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-saidMax);
    });
    this.#setTimer(startMs, () => this.#fail('unusable', `a driver must write its header at once: none came within ${secondsOf(startMs)}`));
  }

  get isAlive(): boolean {
    return this.#failure === undefined;
  }

  /** Asks for all of them. The answers come in the same order. */
  ask(requests: readonly Request[], timeoutMs: number): Promise<Reply>[] {
    const sentAt = Date.now();
    const replies = requests.map(
      (request) =>
        new Promise<Reply>((resolve) => {
          this.#waiting.push({ request, timeoutMs, sentAt, resolve });
        }),
    );
    if (this.#failure !== undefined) this.#giveFailure();
    else {
      this.#child.stdin!.write(requests.map((request) => `${lineOf(request)}\n`).join(''));
      if (this.#waiting.length === requests.length) this.#waitForHead();
    }
    return replies;
  }

  /** Ends its input, and itself should it not take the hint. */
  end(): void {
    this.#failure ??= { kind: 'died', message: 'it was asked nothing more' };
    clearTimeout(this.#timer);
    this.#child.stdin!.end();
    const timer = setTimeout(() => killGroup(this.#child), endMsMax);
    void this.gone.then(() => {
      clearTimeout(timer);
      this.#letGo();
    });
  }

  // ---- Its output ------------------------------------------------------------------------------------------------------------------

  #read(chunk: Buffer): void {
    if (this.#failure !== undefined) return;
    this.#bytes += chunk.length;
    this.#bytesInAll += chunk.length;
    for (const line of this.#cutter.push(chunk)) {
      this.#take(line);
      if (this.#failure !== undefined) return;
    }
    if (this.#cutter.isTooLong) this.#malformed(this.#reader.line + 1, `a line must have at most ${lineBytesMax} bytes: it has more`);
    if (this.#bytes > replyBytesMax) this.#fail('runaway', `more than ${replyBytesMax} bytes follow one request${this.#inWords()}`);
  }

  #take(line: CutLine): void {
    if (typeof line !== 'string') {
      this.#malformed(this.#reader.line + 1, line.fault);
      return;
    }
    if (this.#onHeader !== undefined) {
      const read = this.#reader.header(line);
      if (read.kind === 'malformed') {
        this.#malformed(read.line, read.message);
        return;
      }
      if (read.kind === 'ignored') return;
      this.#waitForHead();
      this.#onHeader(read.header);
      this.#onHeader = undefined;
      return;
    }
    const read = this.#reader.read(line);
    if (read.kind === 'malformed') {
      this.#malformed(read.line, read.message);
      return;
    }
    if (read.kind === 'step') {
      this.#keep(read.step);
      this.trace.push(read.step);
    } else if (read.what === 'done') this.#answer(read.line);
    else if (read.what === 'unsupported') {
      const value = JSON.parse(line) as UnsupportedLine;
      this.#keep({ ...value, returns: { unsupported: String(value.returns.unsupported) } });
    }
    if (this.#linesCounted > linesMax) this.#fail('runaway', `more than ${linesMax} lines follow one request${this.#inWords()}`);
  }

  #keep(line: ReplyLine): void {
    this.#lines.push(line);
    if ('call' in line && !('end' in line)) {
      // Routines make calls of their own, on whichever thread.
      if (this.#routinesOpen === 0) this.#callsMade++;
    } else if ('routine' in line) this.#routinesOpen += line.routine === 'enter' ? 1 : -1;
    if (countsAsLine(line)) this.#linesCounted++;
  }

  #answer(line: number): void {
    const head = this.#waiting[0];
    if (head === undefined) {
      this.#malformed(line, 'done must answer a request: none was made since the last one');
      return;
    }
    if (!isAnswered(head.request, this.#lines)) {
      this.#malformed(line, `a request must be answered by its own line before done: ${lineOf(head.request)}`);
      return;
    }
    if (this.#callsMade > ('call' in head.request ? 1 : 0)) {
      this.#malformed(
        line,
        `a call must be asked for, and answered once: more than the call of one request stands before done: ${lineOf(head.request)}`,
      );
      return;
    }
    this.slowestMs = Math.max(this.slowestMs, Date.now() - head.sentAt);
    this.#waiting.shift();
    this.#bytes = 0;
    head.resolve({ lines: this.#takeLines() });
    this.#waitForHead();
  }

  #takeLines(): ReplyLine[] {
    const lines = this.#lines;
    this.#lines = [];
    this.#linesCounted = 0;
    this.#callsMade = 0;
    return lines;
  }

  // ---- What it owes ----------------------------------------------------------------------------------------------------------------

  /** The time of a request begins when those before it are answered. */
  #waitForHead(): void {
    const head = this.#waiting[0];
    if (head === undefined) {
      this.#turn++;
      clearTimeout(this.#timer);
    } else {
      this.#setTimer(head.timeoutMs, () =>
        this.#fail('hung', `it did not answer within ${secondsOf(head.timeoutMs)}: ${lineOf(head.request)}`),
      );
    }
  }

  #setTimer(timeoutMs: number, late: () => void): void {
    clearTimeout(this.#timer);
    const turn = ++this.#turn;
    const leftMs = Math.max(0, this.#deadline - Date.now());
    const expire = leftMs < timeoutMs ? () => this.#fail('late', 'the time of the run is over') : late;
    const bytesBefore = this.#bytesInAll;
    const look = (isLast: boolean): void => {
      if (this.#turn !== turn) return;
      // What lay in the pipe while we were busy ourselves has been read by now; if there was much of it, the rest follows.
      if (isLast || this.#bytesInAll === bytesBefore) expire();
      else this.#timer = setTimeout(() => look(true), Math.min(timeoutMs, graceMs));
    };
    this.#timer = setTimeout(() => setImmediate(() => setImmediate(() => look(false))), Math.min(timeoutMs, leftMs));
  }

  #die(): void {
    const how = this.#ended ?? 'closed its standard output';
    if (this.#onHeader !== undefined) this.#fail('unusable', `a driver must write its header at once: it ${how}${this.#words()}`);
    else this.#fail('died', `it ${how}${this.#inWords()}${this.#words()}`);
  }

  #malformed(line: number, message: string): void {
    const head = this.#waiting[0];
    const where =
      head === undefined || message.endsWith(lineOf(head.request))
        ? ''
        : `; it stands where this was to be answered: ${lineOf(head.request)}`;
    this.#fail('malformed', `line ${line} of what the driver wrote is no line of a trace: ${message}${where}`);
  }

  #fail(kind: Failure['kind'], message: string): void {
    if (this.#failure !== undefined) return;
    this.#failure = { kind, message };
    this.#turn++;
    clearTimeout(this.#timer);
    killGroup(this.#child);
    this.#letGo();
    this.#onHeader?.(this.#failure);
    this.#onHeader = undefined;
    this.#giveFailure();
  }

  /** What it started in a session of its own outlives it, and may hold the other ends of these for ever. */
  #letGo(): void {
    const { stdin, stdout, stderr } = this.#child;
    for (const stream of [stdin!, stdout!, stderr!]) stream.destroy();
  }

  #giveFailure(): void {
    const failure = this.#failure!;
    for (const { resolve } of this.#waiting.splice(0)) resolve({ lines: this.#takeLines(), failure });
  }

  /** What it was about to answer. */
  #inWords(): string {
    const head = this.#waiting[0];
    return head === undefined ? '' : `: ${lineOf(head.request)}`;
  }

  /** The last of what it wrote to its standard error. */
  #words(): string {
    const said = this.#said.trim();
    return said === '' ? '' : `; it said: ${said}`;
  }
}

const secondsOf = (ms: number): string => `${Number((ms / 1000).toPrecision(3))} seconds`;

/** What the peer reads may be nothing at all; any other request has a line of its own. */
const isAnswered = (request: Request, lines: readonly ReplyLine[]): boolean => {
  if ('peer' in request) return true;
  return lines.some((line) => {
    if ('call' in request) return 'call' in line && line.call === request.call && sameName(request, line, 'socket');
    if ('poll' in request) return 'poll' in line && line.poll === request.poll && sameName(request, line, 'overlapped');
    return 'env' in line && line.env === request.env && sameName(request, line, 'socket');
  });
};

const sameName = (request: Request, line: ReplyLine, field: 'socket' | 'overlapped'): boolean =>
  (request as { [field]?: string })[field] === (line as { [field]?: string })[field];
