import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { type CutLine, LineCutter } from '../../model/winsock/lineCutter.ts';
import type { Failure, Reply } from '../conversation/implementation.ts';
import type { ReplyLine } from '../conversation/replyLine.ts';
import { linesMax } from '../conversation/runaway.ts';
import { killGroup, startGroup } from './group.ts';

/**
 * A program that has to answer every request, in lines. If it does anything else, that is reported once, as the failure of the request,
 * and the program is killed. A class that extends this one defines how the lines are read.
 */

/** Bytes that may follow one request. */
const replyBytesMax = 32 * 2 ** 20;
/** How long a program may take to end once its input has. */
const endMsMax = 1000;
/** How long the end of its output may be ahead of its own. */
const closeMsMax = 500;
/** How long an answer may take that has begun to arrive when its time is over. */
const graceMs = 1000;
/** The end of what it writes to its standard error is kept; so much of that is shown. */
const keptMax = 8192;
const shownMax = 600;
/** A longer wait overflows a timer, which then ends at once. */
const timerMsMax = 2 ** 31 - 1;

interface Waiting<Asked> {
  readonly asked: Asked;
  readonly timeoutMs: number;
  readonly sentAt: number;
  readonly resolve: (reply: Reply) => void;
}

export interface OwingOptions {
  readonly command: readonly [string, ...string[]];
  /** Which of its file descriptors takes requests, and which gives answers. */
  readonly channel: { readonly requests: number; readonly answers: number };
  /** What it has to do before it is asked anything, and how long it may take to. */
  readonly mustStart: string;
  readonly startMs: number;
  /** When the whole run is over, as Date.now() counts; then no answer is waited for. */
  readonly deadline: number;
  /** Takes in what it writes to its standard error, and to its standard output where that is none of the channel. */
  readonly onSaid?: (text: string) => void;
}

export abstract class OwingProcess<Asked, Start extends object> {
  readonly #child: ChildProcess;
  readonly #requests: Writable;
  readonly #options: OwingOptions;
  readonly #cutter = new LineCutter();
  readonly #waiting: Waiting<Asked>[] = [];
  #answered: Asked | undefined;
  #bytes = 0;
  /** Every byte of its answers so far: that it grows shows that it is alive. */
  #bytesInAll = 0;
  #said = '';
  #timer: NodeJS.Timeout | undefined;
  /** Which wait the timer is for. */
  #turn = 0;
  #failure: Failure | undefined;
  #ended: string | undefined;
  #onStart: ((start: Start | Failure) => void) | undefined;
  /** The longest that an answer took, in milliseconds. */
  slowestMs = 0;
  /** What it began with, or why it did not. */
  readonly started: Promise<Start | Failure>;
  /** Resolves once nothing of it runs any more. */
  readonly gone: Promise<void>;

  constructor(options: OwingOptions) {
    this.#options = options;
    const { command, channel, mustStart, startMs } = options;
    this.#child = startGroup(command, Math.max(2, channel.requests, channel.answers) + 1);
    const streams = this.#child.stdio;
    this.#requests = streams[channel.requests] as Writable;
    const answers = streams[channel.answers] as Readable;
    this.started = new Promise((resolve) => {
      this.#onStart = resolve;
    });
    this.gone = new Promise((resolve) => this.#child.once('exit', () => resolve()).once('error', () => resolve()));
    this.#child.once('error', (error) =>
      this.fail('unusable', `it must be a command that can be started: ${command[0]}: ${error.message}`),
    );
    this.#child.once('exit', (code, signal) => {
      this.#ended = signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
      // A process that it left behind may hold its output open.
      setTimeout(() => this.#die(), closeMsMax).unref();
    });
    this.#child.once('close', () => this.#die());
    // A program that does not read gets no more; its time limit shows that it does not answer either.
    this.#requests.on('error', () => {});
    answers.on('data', (chunk: Buffer) => this.#take(chunk)).on('error', () => {});
    answers.once('end', () => setTimeout(() => this.#die(), closeMsMax).unref());
    for (const stream of new Set([streams[1], streams[2]])) if (stream !== answers) this.#hear(stream as Readable);
    this.#setTimer(startMs, () => this.fail('unusable', `${mustStart}: nothing came within ${secondsOf(startMs)}`));
  }

  get isAlive(): boolean {
    return this.#failure === undefined;
  }

  /** Asks for all of them. The answers come in the same order. */
  ask(asked: readonly Asked[], timeoutMs: number): Promise<Reply>[] {
    const sentAt = Date.now();
    const replies = asked.map(
      (one) =>
        new Promise<Reply>((resolve) => {
          this.#waiting.push({ asked: one, timeoutMs, sentAt, resolve });
        }),
    );
    if (this.#failure !== undefined) this.#giveFailure();
    else {
      this.#requests.write(asked.map((one) => `${this.textOf(one)}\n`).join(''));
      if (this.#waiting.length === asked.length) this.#waitForHead();
    }
    return replies;
  }

  /** Ends its input; a program that goes on after that is killed. */
  end(): void {
    this.#failure ??= { kind: 'died', message: 'it was asked nothing more' };
    clearTimeout(this.#timer);
    this.#requests.end();
    const timer = setTimeout(() => killGroup(this.#child), endMsMax);
    void this.gone.then(() => {
      clearTimeout(timer);
      this.#letGo();
    });
  }

  // ---- What its lines are ------------------------------------------------------------------------------------------------------------

  /** Reads a line, and says by `begun`, `answered` or `fail` what it comes to. */
  protected abstract read(line: CutLine): void;
  /** Gives back what was observed since it was called last. */
  protected abstract takeLines(): ReplyLine[];
  /** The line that asks. */
  protected abstract textOf(asked: Asked): string;

  /** How messages name what was asked. */
  protected wordsOf(asked: Asked): string {
    return this.textOf(asked);
  }

  /** The request that it has to answer now. */
  protected get owed(): Asked | undefined {
    return this.#waiting[0]?.asked;
  }

  /** The same, or what it answered last. */
  protected get concerned(): Asked | undefined {
    return this.owed ?? this.#answered;
  }

  protected get hasStarted(): boolean {
    return this.#onStart === undefined;
  }

  protected begun(start: Start): void {
    this.#waitForHead();
    this.#onStart?.(start);
    this.#onStart = undefined;
  }

  protected answered(failure?: Failure): void {
    const { asked, sentAt, resolve } = this.#waiting.shift()!;
    this.#answered = asked;
    this.slowestMs = Math.max(this.slowestMs, Date.now() - sentAt);
    this.#bytes = 0;
    const lines = this.takeLines();
    resolve(failure === undefined ? { lines } : { lines, failure });
    this.#waitForHead();
  }

  protected fail(kind: Failure['kind'], message: string): void {
    if (this.#failure !== undefined) return;
    this.#failure = { kind, message };
    this.#turn++;
    clearTimeout(this.#timer);
    killGroup(this.#child);
    this.#letGo();
    this.#onStart?.(this.#failure);
    this.#onStart = undefined;
    this.#giveFailure();
  }

  protected failsByLines(lines: number): boolean {
    if (lines > linesMax) this.fail('runaway', `more than ${linesMax} lines follow one request${this.#inWords()}`);
    return lines > linesMax;
  }

  // ---- Its output ------------------------------------------------------------------------------------------------------------------

  #take(chunk: Buffer): void {
    if (this.#failure !== undefined) return;
    this.#bytes += chunk.length;
    this.#bytesInAll += chunk.length;
    for (const line of this.#cutter.push(chunk)) {
      this.read(line);
      if (this.#failure !== undefined) return;
    }
    if (this.#bytes > replyBytesMax) this.fail('runaway', `more than ${replyBytesMax} bytes follow one request${this.#inWords()}`);
  }

  #hear(stream: Readable): void {
    stream.setEncoding('utf8').on('error', () => {});
    stream.on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-keptMax);
      this.#options.onSaid?.(text);
    });
  }

  // ---- What it must answer----------------------------------------------------------------------------------------------------------

  /** The time of a request begins when those before it are answered. */
  #waitForHead(): void {
    const head = this.#waiting[0];
    if (head === undefined) {
      this.#turn++;
      clearTimeout(this.#timer);
    } else {
      this.#setTimer(head.timeoutMs, () =>
        this.fail('hung', `it did not answer within ${secondsOf(head.timeoutMs)}: ${this.wordsOf(head.asked)}`),
      );
    }
  }

  #setTimer(timeoutMs: number, late: () => void): void {
    clearTimeout(this.#timer);
    const turn = ++this.#turn;
    const leftMs = Math.max(0, this.#options.deadline - Date.now());
    const isLast = leftMs < timeoutMs;
    const expire = (): void => (isLast ? this.fail('late', 'the time of the run is over') : late());
    const bytesBefore = this.#bytesInAll;
    const look = (isAgain: boolean): void => {
      if (this.#turn !== turn) return;
      // What lay in the pipe while we were busy ourselves has been read by now; if there was much of it, the rest follows.
      if (isAgain || isLast || this.#bytesInAll === bytesBefore) expire();
      else this.#timer = setTimeout(() => look(true), Math.min(timeoutMs, graceMs));
    };
    this.#timer = setTimeout(() => setImmediate(() => setImmediate(() => look(false))), Math.min(timeoutMs, leftMs, timerMsMax));
  }

  #die(): void {
    const how = this.#ended ?? 'closed its output';
    if (this.#onStart === undefined) this.fail('died', `it ${how}${this.#inWords()}${this.#words()}`);
    else this.fail('unusable', `${this.#options.mustStart}: it ${how}${this.#words()}`);
  }

  /** What it started in a session of its own outlives it, and may hold the other ends of these. */
  #letGo(): void {
    for (const stream of this.#child.stdio) stream?.destroy();
  }

  #giveFailure(): void {
    const failure = this.#failure!;
    for (const { resolve } of this.#waiting.splice(0)) resolve({ lines: this.takeLines(), failure });
  }

  /** What it was about to answer. */
  #inWords(): string {
    const head = this.#waiting[0];
    return head === undefined ? '' : `: ${this.wordsOf(head.asked)}`;
  }

  /** The last of what it wrote to its standard error; where a line names an error, that line. */
  #words(): string {
    const error = /FATAL ERROR: .*/.exec(this.#said)?.[0] ?? this.#said.match(/^\S*(?:Error|Exception)\b.*/gm)?.at(-1);
    const said = (error ?? this.#said).trim().slice(-shownMax);
    return said === '' ? '' : `; it said: ${said}`;
  }
}

/** Of an error that was thrown as a program was started. What the system refuses is no fault of ours, anything else is. */
export const notStarted = (command: readonly [string, ...string[]], error: unknown): Failure => {
  if (!(error instanceof Error && 'syscall' in error)) throw error;
  return { kind: 'unusable', message: `it must be a command that can be started: ${command[0]}: ${error.message}` };
};

const secondsOf = (ms: number): string => `${Number((ms / 1000).toPrecision(3))} seconds`;
