import { fileURLToPath } from 'node:url';
import type { CutLine } from '../../model/winsock/lineCutter.ts';
import { TraceReader } from '../../model/winsock/reader.ts';
import { lineOf, type TraceHeader } from '../../model/winsock/trace.ts';
import type { ReplyLine, UnsupportedLine } from '../conversation/replyLine.ts';
import { isInjection } from '../conversation/requests.ts';
import { countsAsLine } from '../conversation/runaway.ts';
import { spiHeader } from '../conversation/spiHeader.ts';
import { OwingProcess } from '../process/owing.ts';
import { type AskedOfHost, channel, type Failed, type Greeting, type Offer } from './protocol.ts';

/** A process that has loaded a provider module (host.ts). */

/** Mebibytes of its JavaScript heap, and of all its memory where a shell can bound that. */
const heapMiB = 1024;
const memoryMiB = 2048;

/** Options of Node that we run by and that mean our own program alone. */
const ownOption = /^--?(?:e|p|i|c|pe|eval|print|check|interactive|test|watch|inspect|cpu-prof|heap-prof|input-type|max-old-space-size)\b/;
const optionsOfNode = (): string[] => {
  const kept: string[] = [];
  let takes = true;
  for (const word of process.execArgv) {
    // A word without a dash is the argument of the option before it.
    if (word.startsWith('-')) takes = !ownOption.test(word);
    if (takes) kept.push(word);
  }
  return kept;
};

const commandFor = (name: string): readonly [string, ...string[]] => {
  const host = fileURLToPath(new URL('./host.js', import.meta.url));
  const words = [process.execPath, ...optionsOfNode(), `--max-old-space-size=${heapMiB}`, host, name] as const;
  // Memory outside the heap has no bound of Node's own.
  return process.platform === 'win32' ? words : ['/bin/sh', '-c', `ulimit -d ${memoryMiB * 1024} 2>/dev/null; exec "$@"`, 'sh', ...words];
};

export class ProviderProcess extends OwingProcess<AskedOfHost, Greeting> {
  #reader = new TraceReader();
  /** Observed since the last answer. */
  #lines: ReplyLine[] = [];
  #linesCounted = 0;
  #header: TraceHeader = spiHeader;
  /** What it offers in addition to the environment of trace/1; none before it was asked. */
  injections: readonly string[] = [];

  constructor(name: string, { startMs, deadline, onSaid }: { startMs: number; deadline: number; onSaid: (text: string) => void }) {
    super({ command: commandFor(name), channel, mustStart: `an ES module that can be loaded: ${name}`, startMs, deadline, onSaid });
  }

  /** Of the case that was asked for last. */
  get header(): TraceHeader {
    return this.#header;
  }

  protected override textOf(asked: AskedOfHost): string {
    return 'ask' in asked || isInjection(asked) ? JSON.stringify(asked) : lineOf(asked);
  }

  protected override wordsOf(asked: AskedOfHost): string {
    return 'ask' in asked ? 'WSPStartup' : this.textOf(asked);
  }

  protected override read(line: CutLine): void {
    if (typeof line !== 'string') this.#meddled(line.fault);
    else if (!this.hasStarted) this.#greeted(line);
    else if (this.owed === undefined) this.#meddled('more came than one answer');
    else if (line === done) this.answered();
    else if (line.startsWith('{"failure":')) this.#failed(line);
    else if ('ask' in this.owed) this.#prepared(this.owed, line);
    else this.#observed(line);
  }

  #greeted(line: string): void {
    const { loaded, mustBe } = parsed<Greeting>(line) ?? {};
    if (loaded === true) this.begun({ loaded });
    else this.fail('unusable', typeof mustBe === 'string' ? mustBe : `a module that leaves its process alone: ${line}`);
  }

  #failed(line: string): void {
    const { failure, isSpoilt } = parsed<Failed>(line) ?? {};
    if (failure?.kind !== 'crashed' && failure?.kind !== 'runaway') this.#meddled(line);
    else if (isSpoilt === true) this.fail(failure.kind, String(failure.message));
    else this.answered({ kind: failure.kind, message: String(failure.message) });
  }

  #prepared({ ask }: Extract<AskedOfHost, { ask: string }>, line: string): void {
    if (ask === 'injections') {
      const injections = parsed<Offer>(line)?.injections;
      if (!Array.isArray(injections) || injections.some((kind) => typeof kind !== 'string')) this.#meddled(line);
      else this.injections = injections as string[];
      return;
    }
    this.#reader = new TraceReader();
    const read = this.#reader.header(line);
    if (read.kind === 'header') this.#header = read.header;
    else this.#meddled(line);
  }

  #observed(line: string): void {
    const read = this.#reader.read(line);
    if (read.kind === 'step') this.#keep(read.step);
    else if (read.kind === 'malformed') this.#meddled(read.message);
    else if (read.what === 'unsupported') {
      const value = JSON.parse(line) as UnsupportedLine;
      this.#keep({ ...value, returns: { unsupported: String(value.returns.unsupported) } });
    } else this.#meddled(line);
  }

  #keep(line: ReplyLine): void {
    this.#lines.push(line);
    if (countsAsLine(line)) this.#linesCounted++;
    this.failsByLines(this.#linesCounted);
  }

  protected override takeLines(): ReplyLine[] {
    const lines = this.#lines;
    this.#lines = [];
    this.#linesCounted = 0;
    return lines;
  }

  /** The harness writes nothing but answers: somebody else has written, or changed what the harness stands on. */
  #meddled(why: string): void {
    const asked = this.concerned === undefined ? '' : `: ${this.wordsOf(this.concerned)}`;
    this.fail('crashed', `the provider must leave its process alone, and something else than an answer came${asked}: ${why.slice(0, 200)}`);
  }
}

const done = JSON.stringify({ done: true });

/** The line as an object, if it is one. */
const parsed = <T extends object>(line: string): Partial<T> | undefined => {
  try {
    const value = JSON.parse(line) as unknown;
    return typeof value === 'object' && value !== null ? (value as Partial<T>) : undefined;
  } catch {
    return undefined;
  }
};
