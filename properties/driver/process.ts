import type { CutLine } from '../../model/winsock/lineCutter.ts';
import { TraceReader } from '../../model/winsock/reader.ts';
import { lineOf, type Request, type TraceHeader, type TraceStep } from '../../model/winsock/trace.ts';
import type { ReplyLine, UnsupportedLine } from '../conversation/replyLine.ts';
import { countsAsLine } from '../conversation/runaway.ts';
import { OwingProcess } from '../process/owing.ts';

/** A program that speaks trace/1 on its standard streams: requests in, its trace out. */
export class DriverProcess extends OwingProcess<Request, TraceHeader> {
  readonly #reader = new TraceReader();
  /** Observed since the last answer. */
  #lines: ReplyLine[] = [];
  #linesCounted = 0;
  /** Calls among them that no routine made. */
  #callsMade = 0;
  #routinesOpen = 0;
  /** Every step, by the names that the program was given. */
  readonly trace: TraceStep[] = [];

  /** `deadline`: when the whole run is over, as Date.now() counts; then no answer is waited for. */
  constructor(command: readonly [string, ...string[]], startMs: number, deadline: number) {
    super({ command, channel: { requests: 0, answers: 1 }, mustStart: 'a driver must write its header at once', startMs, deadline });
  }

  protected override textOf(request: Request): string {
    return lineOf(request);
  }

  protected override read(line: CutLine): void {
    if (typeof line !== 'string') {
      this.#malformed(this.#reader.line + 1, line.fault);
      return;
    }
    if (!this.hasStarted) {
      this.#readHeader(line);
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
    this.failsByLines(this.#linesCounted);
  }

  #readHeader(line: string): void {
    const read = this.#reader.header(line);
    if (read.kind === 'malformed') this.#malformed(read.line, read.message);
    else if (read.kind === 'header') this.begun(read.header);
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
    const request = this.owed;
    if (request === undefined) this.#malformed(line, 'done must answer a request: none was made since the last one');
    else if (!isAnswered(request, this.#lines))
      this.#malformed(line, `a request must be answered by its own line before done: ${lineOf(request)}`);
    else if (this.#callsMade > ('call' in request ? 1 : 0)) {
      const message = 'a call must be asked for, and answered once: more than the call of one request stands before done';
      this.#malformed(line, `${message}: ${lineOf(request)}`);
    } else this.answered();
  }

  protected override takeLines(): ReplyLine[] {
    const lines = this.#lines;
    this.#lines = [];
    this.#linesCounted = 0;
    this.#callsMade = 0;
    return lines;
  }

  #malformed(line: number, message: string): void {
    const request = this.owed;
    const where =
      request === undefined || message.endsWith(lineOf(request)) ? '' : `; it stands where this was to be answered: ${lineOf(request)}`;
    this.fail('malformed', `line ${line} of what the driver wrote is no line of a trace: ${message}${where}`);
  }
}

/** What the peer reads may be nothing at all; any other request has a line of its own. */
const isAnswered = (request: Request, lines: readonly ReplyLine[]): boolean => {
  if ('peer' in request) return true;
  return lines.some((line) => {
    if ('call' in request) return 'call' in line && line.call === request.call && sameName(request, line, 'socket');
    if ('poll' in request) return 'poll' in line && line.poll === request.poll && sameName(request, line, 'overlapped');
    if ('port' in request) return 'port' in line && !('call' in line);
    return 'env' in line && line.env === request.env && sameName(request, line, 'socket');
  });
};

const sameName = (request: Request, line: ReplyLine, field: 'socket' | 'overlapped'): boolean =>
  (request as { [field]?: string })[field] === (line as { [field]?: string })[field];
