/** The compiled tables of a profile, made once. */

import type { Profile } from '../clauses/profiles.ts';
import { type CallEvent, type CallFact, type CallState, callRegion } from '../machines/call.machine.ts';
import { type CircuitEvent, type CircuitFact, type CircuitState, circuitRegion } from '../machines/circuit.machine.ts';
import { type DeliveryEvent, type DeliveryFact, type DeliveryState, deliveryRegion } from '../machines/delivery.machine.ts';
import { type OperationEvent, type OperationFact, type OperationState, operationRegion } from '../machines/operation.machine.ts';
import { type SocketEvent, type SocketFact, type SocketState, socketRegion } from '../machines/socket.machine.ts';
import { compile, type Table } from './compile.ts';

export interface Tables {
  readonly profile: Profile;
  readonly socket: Table<SocketState, SocketEvent, SocketFact>;
  readonly circuit: Table<CircuitState, CircuitEvent, CircuitFact>;
  readonly operation: Table<OperationState, OperationEvent, OperationFact>;
  readonly call: Table<CallState, CallEvent, CallFact>;
  readonly delivery: Table<DeliveryState, DeliveryEvent, DeliveryFact>;
}

const made = new Map<Profile, Tables>();

export function tablesOf(profile: Profile): Tables {
  let tables = made.get(profile);
  if (tables === undefined) {
    tables = {
      profile,
      socket: compile(socketRegion, profile),
      circuit: compile(circuitRegion, profile),
      operation: compile(operationRegion, profile),
      call: compile(callRegion, profile),
      delivery: compile(deliveryRegion, profile),
    };
    made.set(profile, tables);
  }
  return tables;
}
