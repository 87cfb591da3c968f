import type { CallRequest, PortRequest, Returns } from '../../model/winsock/trace.ts';
import type { Session } from './session.ts';

/** What a trace asks of a completion port. */

export type PortCall = Extract<CallRequest, { call: 'CreateIoCompletionPort' | 'SetFileCompletionNotificationModes' }>;

export const isPortCall = (call: CallRequest): call is PortCall =>
  call.call === 'CreateIoCompletionPort' || call.call === 'SetFileCompletionNotificationModes';

/** Why the system cannot do this call here, or undefined. */
export const whyNotPort = ({ sockets, ports }: Session, call: PortCall): string | undefined => {
  const socket = sockets.find(call.socket);
  if (socket?.open !== true) return `no open socket has the name ${call.socket}`;
  const isTwice = call.call === 'CreateIoCompletionPort' && ports.isBound(socket);
  return isTwice ? `${call.socket} is bound to a completion port` : undefined;
};

export const callPort = (session: Session, call: PortCall): Returns => {
  const { sockets, ports, world } = session;
  const socket = sockets.find(call.socket)!;
  if (call.call === 'CreateIoCompletionPort') {
    ports.bind(socket);
    session.enter(call, undefined, () => world.bindPort?.(socket.handle));
  } else ports.setModes(socket, call.modes);
  return { rc: 0 };
};

/** Takes a packet from the port to which the socket is bound, whichever socket it is of. */
export const dequeuePacket = ({ sockets, ports, lines }: Session, request: PortRequest): void => {
  if (!ports.isBound(sockets.find(request.socket))) {
    lines.unsupported(request, `${request.socket} is bound to no completion port`);
    return;
  }
  lines.push(ports.dequeue() ?? { port: 'empty', socket: request.socket });
};
