import { askedFor } from '../../model/oracle/callKinds.ts';
import { type CampaignRequest, isInjection, kindOfRequest } from '../conversation/requests.ts';

/**
 * What an implementation said that it cannot do, over all cases of a run.
 *
 * A request has aspects: its kind, a flag, a second thread. One that was unsupported with every request that had it is not asked for again;
 * one that was ever granted is unsupported because of the situation, and goes on being asked for.
 */
export class Unsupported {
  readonly #aspects = new Map<string, { granted: number; unsupported: number; heldBack: number }>();
  readonly #reasons = new Map<string, UnsupportedReason>();

  /** Whether it makes sense to ask. What seems to be unsupported is still asked for now and then. */
  isWorthAsking(request: CampaignRequest): boolean {
    let isWorth = true;
    const [kind, ...others] = aspectsAsked(request);
    for (const aspect of [kind!, ...others]) {
      const found = this.#aspects.get(aspect);
      if (found === undefined || found.granted > 0 || found.unsupported < (aspect === kind && others.length > 0 ? kindMin : unsupportedMin))
        continue;
      if (found.heldBack++ % heldBackMax !== heldBackMax - 1) isWorth = false;
    }
    return isWorth;
  }

  granted(request: CampaignRequest): void {
    for (const aspect of aspectsAsked(request)) this.#aspect(aspect).granted++;
  }

  add(request: CampaignRequest, why: string): void {
    for (const aspect of aspectsAsked(request)) this.#aspect(aspect).unsupported++;
    const kind = kindOfRequest(request);
    const key = `${kind}: ${why}`;
    const reason = this.#reasons.get(key);
    if (reason === undefined) {
      // Reasons that hold a number of their own must not fill memory.
      if (this.#reasons.size < reasonsMax) this.#reasons.set(key, { kind, why, count: 1 });
    } else reason.count++;
  }

  /** Every reason that was given, the most frequent first. */
  get reasons(): readonly UnsupportedReason[] {
    return [...this.#reasons.values()].sort((a, b) => b.count - a.count);
  }

  /** Why this aspect was never granted; undefined when it was, or was never asked for. */
  whyNever(aspect: string): string | undefined {
    const found = this.#aspects.get(aspect);
    if (found === undefined || found.granted > 0) return undefined;
    const [kind] = aspect.split(',');
    return this.reasons.find((reason) => reason.kind === kind)?.why ?? 'it was refused';
  }

  #aspect(name: string): { granted: number; unsupported: number; heldBack: number } {
    let found = this.#aspects.get(name);
    if (found === undefined) this.#aspects.set(name, (found = { granted: 0, unsupported: 0, heldBack: 0 }));
    return found;
  }
}

export interface UnsupportedReason {
  readonly kind: string;
  readonly why: string;
  count: number;
}

const unsupportedMin = 3;
/** A whole kind is given up later than one of its aspects: it may be these that were in the way. */
const kindMin = 12;
const heldBackMax = 32;
const reasonsMax = 200;

/** What a request asks for in addition to its kind, in the words `<kind>, <aspect>`. */
export const aspectsAsked = (request: CampaignRequest): readonly string[] => {
  const kind = kindOfRequest(request);
  if (isInjection(request)) return [kind];
  const aspects = [kind];
  if ('peer' in request && request.bytes !== undefined) aspects.push(`${kind}, some bytes`);
  if (!('call' in request)) return aspects;
  if (request.thread !== undefined && request.call !== 'WSPCancelBlockingCall') aspects.push('a second thread');
  const add = (aspect: string): void => void aspects.push(`${kind}, ${aspect}`);
  switch (request.call) {
    case 'WSPSocket':
      add(request.type);
      add(request.overlapped === true ? 'overlapped' : 'not overlapped');
      break;
    case 'WSPConnect':
      if (request.to !== undefined) add(request.to);
      break;
    case 'WSPIoctl':
      add(request.code);
      break;
    case 'WSPSetSockOpt':
    case 'WSPGetSockOpt':
      add(request.name);
      break;
    case 'WSPShutdown':
      add(request.how);
      break;
    case 'WSPCancelIo':
      add(request.overlapped === undefined ? 'all' : 'one');
      break;
    case 'WSPGetOverlappedResult':
      if (request.wait === true) add('waiting');
      break;
    case 'WSPSend':
      if (request.overlapped !== undefined) add('lpOverlapped');
      if (request.event === true) add('hEvent');
      if (request.port !== undefined) add('the low bit of hEvent');
      if (Array.isArray(request.routine)) add('calls inside the routine');
      if (request.routine !== undefined && request.routine !== false) add('lpCompletionRoutine');
      if (request.count === false) add('no count');
      if (request.buffers.length === 0) add('no buffers');
      if (request.buffers.length > 1024) add('more than 1024 buffers');
      if (askedFor(request) > 2 ** 28) add('more than 2^28 bytes');
      for (const flag of request.flags ?? []) add(flag);
      for (const fault of request.fault === undefined ? [] : typeof request.fault === 'string' ? [request.fault] : request.fault)
        add(`fault ${fault}`);
      break;
    case 'SetFileCompletionNotificationModes':
      for (const mode of request.modes) add(mode);
      break;
    // These differ in nothing but names; of the last two only the caller of a trace has any use.
    case 'WSPBind':
    case 'WSPCancelBlockingCall':
    case 'WSPCloseSocket':
    case 'SleepEx':
    case 'ExitThread':
    case 'WSPRecv':
    case 'WSACleanup':
    case 'CreateIoCompletionPort':
      break;
    default:
      request satisfies never;
  }
  return aspects;
};
