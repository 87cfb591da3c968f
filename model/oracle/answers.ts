/** What WSPSend may answer at one moment: the same send is looked at with one answer after the other. */

import type { Facts } from '../compiled/compile.ts';
import type { SocketFact } from '../machines/socket.machine.ts';
import type { WSPSendCall } from '../winsock/trace.ts';
import { askedFor } from './callKinds.ts';
import { type Answer, type AnswerMoment, factsOfAnswer, type SendMoment } from './sendFacts.ts';
import type { BegunRecord, Socket, World } from './world.ts';

/** The facts about the answer that was given last. Those that do not depend on the answer are computed once for all of them. */
export class Answers implements Facts<SocketFact>, AnswerMoment {
  readonly world: World;
  readonly socket: Socket | undefined;
  readonly call: WSPSendCall;
  readonly circuit: number;
  readonly record: BegunRecord | undefined;
  readonly asked: number;
  readonly #facts: Facts<SocketFact>;
  readonly #known: (boolean | undefined)[] = [];
  #answer: Answer = { rc: 0 };
  /** The fact that is being computed looked at the answer. */
  #isRead = false;

  constructor(world: World, socket: Socket | undefined, call: WSPSendCall, { circuit, record }: SendMoment) {
    this.world = world;
    this.socket = socket;
    this.call = call;
    this.circuit = circuit;
    this.record = record;
    this.asked = askedFor(call);
    this.#facts = factsOfAnswer(this);
  }

  about(answer: Answer): this {
    this.#answer = answer;
    return this;
  }

  get answer(): Answer {
    this.#isRead = true;
    return this.#answer;
  }

  holds(fact: number): boolean {
    const known = this.#known[fact];
    if (known !== undefined) return known;
    this.#isRead = false;
    const holds = this.#facts.holds(fact);
    if (!this.#isRead) this.#known[fact] = holds;
    return holds;
  }
}
