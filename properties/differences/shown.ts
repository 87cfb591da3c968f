/** What the lines of a trace show so far, as a guess: what could plausibly come next is drawn from it, and the judges decide. */

import type { PlayedLine } from './provider.ts';

export interface ShownSend {
  readonly socket: ShownSocket;
  readonly thread: string;
  readonly name: string | undefined;
  readonly fill: number;
  readonly length: number;
  readonly urgent: boolean;
  readonly event: boolean;
  readonly routine: boolean;
  /** Bytes that its peer seems to have read. */
  read: number;
  /** Its OVERLAPPED is still in use. */
  outstanding: boolean;
  queued: boolean;
}

export interface ShownSocket {
  readonly name: string;
  readonly stream: boolean;
  readonly overlapped: boolean;
  nonblocking: boolean;
  open: boolean;
  readonly sends: ShownSend[];
  readonly causes: string[];
}

/** A call that has not returned, or a routine that runs. */
interface Frame {
  readonly begin: number;
  readonly line: PlayedLine;
  readonly send: ShownSend | undefined;
}

export class SeenTrace {
  readonly sockets: ShownSocket[] = [];
  readonly stacks = new Map<string, Frame[]>([
    ['main', []],
    ['t1', []],
    ['t2', []],
  ]);
  readonly exited = new Set<string>();
  readonly names = new Map<string, ShownSend>();
  begins = 0;

  frameOf(thread: string): Frame | undefined {
    return this.stacks.get(thread)?.at(-1);
  }

  /** Threads that can make a call: those that are in none, or whose routine makes it. */
  get callers(): string[] {
    return [...this.stacks.keys()].filter((thread) => !this.exited.has(thread) && !this.frameOf(thread)?.begin);
  }

  /** Calls that have not returned and on top of which nothing runs. */
  get begun(): Frame[] {
    return [...this.stacks.values()].flatMap((stack) => stack.slice(-1)).filter(({ begin }) => begin > 0);
  }

  /** The line was permitted. */
  note(line: PlayedLine): void {
    const thread = (line.thread ?? 'main') as string;
    const named = this.names.get(line.overlapped as string);
    if (line.begin !== undefined) {
      this.begins = line.begin as number;
      this.stacks.get(thread)?.push({ begin: this.begins, line, send: line.call === 'WSPSend' ? this.#post(line, thread) : undefined });
    } else if (line.end !== undefined) this.#end(line.end as number, line.returns as PlayedLine);
    else if (line.call === 'WSPSend') this.#returns(this.#post(line, thread), line.returns as PlayedLine);
    else if (line.call !== undefined) this.#call(line, line.returns as PlayedLine);
    else if (line.routine === 'enter') this.stacks.get(thread)?.push({ begin: 0, line, send: named });
    else if (line.routine === 'leave') this.stacks.get(thread)?.pop();
    else if (line.env !== undefined) this.#happens(line);
    else if (line.peer === 'recv') this.#reads(line);
    if (named === undefined) return;
    if (line.routine === 'enter' || (line.poll === 'event' && line.signalled === true)) named.outstanding = false;
    if (line.upcall === 'WPUQueueApc') named.queued = true;
  }

  #post(line: PlayedLine, thread: string): ShownSend {
    const socket = this.sockets.find(({ name }) => name === line.socket) ?? this.#open({ socket: line.socket, open: false });
    const send: ShownSend = {
      socket,
      thread,
      name: line.overlapped as string | undefined,
      fill: line.fill as number,
      length: (line.buffers as number[]).reduce((sum, each) => sum + each, 0),
      urgent: (line.flags as string[] | undefined)?.includes('MSG_OOB') === true,
      event: line.event === true,
      routine: line.routine === true,
      read: 0,
      outstanding: line.overlapped !== undefined,
      queued: false,
    };
    socket.sends.push(send);
    if (send.name !== undefined) this.names.set(send.name, send);
    return send;
  }

  #returns(send: ShownSend, { rc, errno, bytes }: PlayedLine): void {
    const isInitiated = rc === 0 || errno === 'WSA_IO_PENDING';
    if (!isInitiated || !send.socket.overlapped) send.outstanding = false;
    const { sends } = send.socket;
    if (!isInitiated && send.read === 0) sends.splice(sends.indexOf(send), 1);
    else if (rc === 0 && bytes !== undefined) sends[sends.indexOf(send)] = Object.assign(send, { length: bytes });
  }

  #end(begin: number, returns: PlayedLine): void {
    for (const stack of this.stacks.values()) {
      const frame = stack.at(-1);
      if (frame?.begin !== begin) continue;
      stack.pop();
      if (frame.send !== undefined) this.#returns(frame.send, returns);
      else this.#call(frame.line, returns);
    }
  }

  #open(line: PlayedLine): ShownSocket {
    const socket = {
      name: line.socket as string,
      stream: line.type !== 'SOCK_DGRAM',
      overlapped: line.overlapped === true,
      nonblocking: false,
      open: line.open !== false,
      sends: [],
      causes: [],
    };
    this.sockets.push(socket);
    return socket;
  }

  #call(line: PlayedLine, returns: PlayedLine): void {
    const socket = this.sockets.find(({ name }) => name === line.socket);
    if (line.call === 'WSPGetOverlappedResult' && returns.errno !== 'WSA_IO_INCOMPLETE') {
      const named = this.names.get(line.overlapped as string);
      if (named !== undefined && !named.routine) named.outstanding = false;
    }
    if (returns.rc !== 0) return;
    if (line.call === 'WSPSocket') this.#open(line);
    if (line.call === 'ExitThread') this.exited.add((line.thread ?? 'main') as string);
    if (socket === undefined) return;
    if (line.code === 'FIONBIO') socket.nonblocking = line.value === 1;
    if (line.call === 'WSPCloseSocket') socket.open = false;
  }

  #happens({ env, socket: name }: PlayedLine): void {
    if (env === 'settle') return;
    for (const socket of this.sockets) if (name === undefined || socket.name === name) socket.causes.push(env as string);
  }

  /** The bytes are those of whatever sends go on like this. */
  #reads({ socket: name, runs }: PlayedLine): void {
    const socket = this.sockets.find((each) => each.name === name);
    if (socket === undefined) return;
    for (const [start, length] of runs as [number, number][]) {
      for (let at = 0; at < length; ) {
        const send = socket.sends.find(({ fill, read, length: all }) => read < all && (fill + read - start - at) % 251 === 0);
        if (send === undefined) return;
        const count = Math.min(length - at, send.length - send.read);
        send.read += count;
        at += count;
      }
    }
  }
}
