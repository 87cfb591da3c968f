/** Why nothing kills a mutant: it differs from what it is made of in nothing that a trace can show. Each was looked at by itself. */

const followed = 'the oracle follows this rule and does not ask it, so that no verdict names its clauses';

/** By the rule that is changed, without the digits at its end. */
const reasons: { readonly [rule: string]: string } = {
  'circuit.mayStand.reports': followed,
  'circuit.broken.reports': `${followed}; a circuit that is broken already goes where it would have stayed`,
  'circuit.resetReported.reports': `${followed}; it stays where it is`,
  'operation.pending.settle': followed,
  'operation.unjudged.settle': `${followed}; it stays where it is`,
  'operation.unjudged.packet.none':
    'an empty port is held against what is complete and has a packet, and of what is not judged nothing is known',
  'socket.connected.WSPShutdown.send': followed,
  'socket.aSocket.SIO_FLUSH': 'that SIO_FLUSH is refused or not is decided by ruling M8 before the machine is asked',
  'call.released.settle': 'a settle is a request, and at a request the released call is refused already',
  'operation.notIndicated.routine.WSA_OPERATION_ABORTED':
    'the rules about a thread that has exited: no routine of it runs, which is refused before them',
  'socket.notASocket.WSPSend.WSA_OPERATION_ABORTED':
    'a call under which the socket may have been closed began while it was open, and the state at its begin permits the same',
  'socket.withPeer.WSPSend.WSAECONNABORTED': 'the socket was closed under the call, and the state that it is in by then permits the same',
  'socket.mayBeConnected.WSPSend.completes':
    'no trace shows how much room there is; `wspsend ask` supposes it, and permits.test.ts holds it to that',
  'socket.mayBeConnected.WSPSend.WSAEWOULDBLOCK':
    'no trace shows how much room there is; `wspsend ask` supposes it, and permits.test.ts holds it to that',
};

/** Which of several like rules in one place are meant. */
const meant: { readonly [rule: string]: readonly string[] } = {
  'operation.notIndicated.routine.WSA_OPERATION_ABORTED': ['d522e4', 'a4e014'],
  'socket.notASocket.WSPSend.WSA_OPERATION_ABORTED': ['4e17c2'],
  'socket.withPeer.WSPSend.WSAECONNABORTED': ['9ecfea'],
  'socket.mayBeConnected.WSPSend.completes': ['c2c723'],
  'socket.mayBeConnected.WSPSend.WSAEWOULDBLOCK': ['2f4191'],
};

/** The reason, or undefined where there is none. */
export function justified(name: string): string | undefined {
  const [rule, digits] = name.slice(name.lastIndexOf(' ') + 1).split('#') as [string, string | undefined];
  const isMeant = meant[rule] === undefined || (digits !== undefined && meant[rule].includes(digits));
  return isMeant ? reasons[rule] : undefined;
}
