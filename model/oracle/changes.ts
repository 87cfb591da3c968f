/** What changed since the last settle, so that the next one looks at it and at nothing else. */

interface Changing {
  /** Its place among those to which something happened, or -1. */
  changedAt: number;
}
interface Moving {
  /** Something left of it. */
  hasMoved: boolean;
}

export class Changes<Operation extends Changing, Socket extends Moving> {
  /** Operations to which something happened, in no order. */
  readonly operations: Operation[] = [];
  /** Sockets of which something left, or may have. */
  readonly sockets: Socket[] = [];

  addOperation(operation: Operation): void {
    if (operation.changedAt < 0) operation.changedAt = this.operations.push(operation) - 1;
  }

  deleteOperation(operation: Operation): void {
    const at = operation.changedAt;
    if (at < 0) return;
    // The last takes its place.
    const last = this.operations.pop()!;
    if (last !== operation) this.operations[at] = last;
    last.changedAt = at;
    operation.changedAt = -1;
  }

  addSocket(socket: Socket): void {
    if (socket.hasMoved) return;
    socket.hasMoved = true;
    this.sockets.push(socket);
  }

  takeSocket(): Socket | undefined {
    const socket = this.sockets.pop();
    if (socket !== undefined) socket.hasMoved = false;
    return socket;
  }

  /** The settle has looked at all of them. One by one, since a list whose length is set to 0 has to grow anew. */
  clearOperations(): void {
    for (let operation = this.operations.pop(); operation !== undefined; operation = this.operations.pop()) operation.changedAt = -1;
  }
}
