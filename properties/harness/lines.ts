import type { BegunCall, CallRequest, CallStep, EndStep, Request, Returns } from '../../model/winsock/trace.ts';
import type { ReplyLine, UnsupportedLine } from '../conversation/replyLine.ts';

/** A call whose line stands, and whose return does not yet. */
export interface Opening {
  readonly begun: BegunCall;
  readonly batch: number;
  readonly index: number;
}

/**
 * The lines since the last `take`, in the order in which things were observed.
 *
 * Every call opens as a begin. If nothing was observed until it returned, its begin becomes the one line of the call, and the
 * number is free again; otherwise an end follows. So nobody has to know in advance whether a call will block.
 */
export class Lines {
  #lines: (ReplyLine | undefined)[] = [];
  #batch = 0;
  #lastNumber = 0;

  push(line: ReplyLine): void {
    this.#lines.push(line);
  }

  /** Keeps a place for a line that causes others while its own outcome is still being found. A place never filled is no line. */
  reserve(): number {
    return this.#lines.push(undefined) - 1;
  }

  fill(place: number, line: ReplyLine): void {
    this.#lines[place] = line;
  }

  open(call: CallRequest): Opening {
    const begun = { begin: ++this.#lastNumber, ...call } as BegunCall;
    return { begun, batch: this.#batch, index: this.#lines.push(begun) - 1 };
  }

  close(opening: Opening, call: CallRequest, returns: Returns): void {
    const { begun, batch, index } = opening;
    if (batch === this.#batch && index === this.#lines.length - 1) {
      this.#lines[index] = { ...call, returns } as CallStep;
      this.#lastNumber = begun.begin - 1;
    } else {
      // As a reader of traces gives it: the call that ended is there for the judge, and not written.
      this.#lines.push(Object.defineProperty({ end: begun.begin, returns }, 'begun', { value: begun }) as EndStep);
    }
  }

  unsupported(request: Request, why: string): void {
    this.#lines.push({ ...request, returns: { unsupported: why } } as UnsupportedLine);
  }

  take(): ReplyLine[] {
    const lines = this.#lines;
    this.#lines = [];
    this.#batch++;
    return lines.includes(undefined) ? lines.filter((line) => line !== undefined) : (lines as ReplyLine[]);
  }
}
