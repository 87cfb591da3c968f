/** The machines of a profile as tables. The package holds the machines as data (scripts/package/machines.ts): a start costs little. */

import type { Profile } from '../clauses/profiles.ts';
import { callRegion } from '../machines/call.machine.ts';
import { circuitRegion } from '../machines/circuit.machine.ts';
import { deliveryRegion } from '../machines/delivery.machine.ts';
import { operationRegion } from '../machines/operation.machine.ts';
import { socketRegion } from '../machines/socket.machine.ts';
import { compile } from './compile.ts';

export const compiledTables = (profile: Profile) => ({
  profile,
  socket: compile(socketRegion, profile),
  circuit: compile(circuitRegion, profile),
  operation: compile(operationRegion, profile),
  call: compile(callRegion, profile),
  delivery: compile(deliveryRegion, profile),
});
