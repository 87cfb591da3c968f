/** The compiled tables of a profile, made once. */

import type { Profile } from '../clauses/profiles.ts';
import { type CallEvent, type CallState, callFacts, callRegion } from '../machines/call.machine.ts';
import { type CircuitEvent, type CircuitState, circuitFacts, circuitRegion } from '../machines/circuit.machine.ts';
import { type DeliveryEvent, type DeliveryState, deliveryFacts, deliveryRegion } from '../machines/delivery.machine.ts';
import { type OperationEvent, type OperationState, operationFacts, operationRegion } from '../machines/operation.machine.ts';
import { type SocketEvent, type SocketState, socketFacts, socketRegion } from '../machines/socket.machine.ts';
import { compile, type Table } from './compile.ts';

export interface Tables {
  readonly profile: Profile;
  readonly socket: Table<SocketState, SocketEvent>;
  readonly circuit: Table<CircuitState, CircuitEvent>;
  readonly operation: Table<OperationState, OperationEvent>;
  readonly call: Table<CallState, CallEvent>;
  readonly delivery: Table<DeliveryState, DeliveryEvent>;
}

const made = new Map<Profile, Tables>();

export function tablesOf(profile: Profile): Tables {
  let tables = made.get(profile);
  if (tables === undefined) {
    tables = {
      profile,
      socket: compile('socket', socketFacts, socketRegion, profile),
      circuit: compile('circuit', circuitFacts, circuitRegion, profile),
      operation: compile('operation', operationFacts, operationRegion, profile),
      call: compile('call', callFacts, callRegion, profile),
      delivery: compile('delivery', deliveryFacts, deliveryRegion, profile),
    };
    made.set(profile, tables);
  }
  return tables;
}
