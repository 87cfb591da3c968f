/**
 * The rules of a profile, compiled from the machines.
 *
 * The package does not compile them each time that it is started: in its build, scripts/package/tables.ts puts what came out in the place
 * of this file.
 */

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
