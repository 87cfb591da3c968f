/** A step, a result and a name in the fewest words that a person can read back into the trace. */

import { kindOf, type TraceStep } from '../../model/winsock/trace.ts';
import { printable } from './printable.ts';

const partsMax = 6;
const nameMax = 40;

const nameText = (name: string): string => {
  const short = name.length > nameMax ? `${name.slice(0, nameMax)}…` : name;
  return /^[\w.:+-]+$/.test(short) ? short : printable(JSON.stringify(short));
};

const valueText = (value: unknown): string => {
  if (typeof value === 'string') return nameText(value);
  if (Array.isArray(value)) {
    const more = value.length - partsMax;
    const parts = value.slice(0, partsMax).map(valueText);
    return `[${[...parts, ...(more > 0 ? [`… ${more} more`] : [])].join(', ')}]`;
  }
  if (typeof value !== 'object' || value === null) return String(value);
  if ('call' in value) return callText(value as Fields);
  return `{${Object.entries(value)
    .map(([name, part]) => `${name}: ${valueText(part)}`)
    .join(', ')}}`;
};

type Fields = Readonly<Record<string, unknown>>;

/** These say by their place what they are; the others are written with their name. */
const placed = new Set(['modes', 'scope', 'socket', 'buffers', 'overlapped', 'type', 'to', 'code', 'name', 'how']);
const zeroByDefault = new Set(['fill', 'timeout']);
const notArguments = new Set(['call', 'begin', 'returns', 'thread']);

const callText = (call: Fields): string => {
  const given = Object.entries(call)
    .filter(([name, value]) => !notArguments.has(name) && !name.startsWith('x-') && value !== undefined && value !== false)
    .filter(([name, value]) => !(value === 0 && zeroByDefault.has(name)))
    .map(([name, value]) => {
      if (value === true) return nameText(name);
      return placed.has(name) ? valueText(value) : `${nameText(name)}: ${valueText(value)}`;
    });
  // True unless it says otherwise, so here false is what is worth saying.
  if (call.count === false) given.push('count: false');
  return `${valueText(call.call)}(${given.join(', ')})`;
};

/** A call, a poll or the end of a call, without what comes of it. */
export const requestText = (request: Fields): string => {
  if (request.call !== undefined) return callText(request);
  return Object.entries(request)
    .map(([name, value]) => `${nameText(name)} ${valueText(value)}`)
    .join(', ');
};

/** `returns` of a call, or what another step said: `0, 10 bytes`, `WSA_IO_PENDING`, `not signalled`. */
export const outcomeText = (outcome: Fields): string => {
  const said: string[] = [];
  if (outcome.errno !== undefined) said.push(outcome.errno === '0' ? 'SOCKET_ERROR with code 0' : valueText(outcome.errno));
  else if (outcome.rc !== undefined) said.push(String(outcome.rc));
  if (outcome.signalled !== undefined) said.push(outcome.signalled === true ? 'signalled' : 'not signalled');
  if (outcome.written !== undefined) said.push(outcome.written === true ? 'written' : 'not written');
  if (outcome.ready !== undefined) said.push(outcome.ready === true ? 'writable' : 'not writable');
  if (outcome.error !== undefined) said.push(`error ${valueText(outcome.error)}`);
  if (outcome.runs !== undefined) said.push(`received ${valueText(outcome.runs)}`);
  if (outcome.nothing !== undefined) said.push(printable(String(outcome.nothing)));
  if (outcome.bytes !== undefined) said.push(`${countText(outcome.bytes)} bytes`);
  if (outcome.flags !== undefined && outcome.flags !== 0) said.push(`flags ${valueText(outcome.flags)}`);
  if (outcome.value !== undefined) said.push(`value ${valueText(outcome.value)}`);
  return said.join(', ');
};

/** What a rejection says is permitted: another outcome of the step, or what has to come first. */
export const permittedText = (outcome: Fields): string => {
  if (outcome.end !== undefined) return `#${valueText(outcome.end)} returns`;
  if (outcome.upcall !== undefined) {
    return `the provider completes ${valueText(outcome.overlapped)} by ${valueText(outcome.upcall)}: ${outcomeText(outcome)}`;
  }
  if (outcome.routine !== undefined)
    return `the routine of ${valueText(outcome.overlapped)} ${outcome.routine === 'enter' ? 'enters' : 'leaves'}`;
  return `${outcomeText(outcome)}${outcome.thread === undefined ? '' : ` on ${valueText(outcome.thread)}`}`;
};

/** A count, or the least and the most of several. */
const countText = (bytes: unknown): string => {
  const { least, most } = bytes as { least?: number; most?: number };
  return least === undefined ? valueText(bytes) : `${least} to ${most}`;
};

export const stepText = (step: TraceStep): string => {
  const fields = step as unknown as Fields;
  const thread = fields.thread === undefined ? '' : ` on ${valueText(fields.thread)}`;
  switch (kindOf(step)) {
    case 'call':
      return fields.begin === undefined
        ? `${callText(fields)} = ${outcomeText(fields.returns as Fields)}${thread}`
        : `#${valueText(fields.begin)} ${callText(fields)} begins${thread}`;
    case 'end': {
      // A step that was read back from a report no longer knows which call it ends.
      const begun = fields.begun as Fields | undefined;
      const socket = begun?.socket === undefined ? '' : `(${valueText(begun.socket)})`;
      const call = begun === undefined ? '' : ` ${valueText(begun.call)}${socket}`;
      return `#${valueText(fields.end)}${call} ends = ${outcomeText(fields.returns as Fields)}${thread}`;
    }
    case 'routine':
      return fields.routine === 'enter'
        ? `routine of ${valueText(fields.overlapped)} enters: ${outcomeText(fields)}${thread}`
        : `routine of ${valueText(fields.overlapped)} leaves${thread}`;
    case 'poll':
      return fields.poll === 'writable'
        ? `${valueText(fields.socket)} is ${fields.ready === true ? '' : 'not '}writable`
        : `${valueText(fields.poll)} of ${valueText(fields.overlapped)}: ${outcomeText(fields)}`;
    case 'upcall': {
      const outcome = outcomeText({ ...(fields.returns as Fields | undefined), error: fields.error, bytes: fields.bytes });
      return `${valueText(fields.upcall)}(${valueText(fields.overlapped)}) = ${outcome}${thread}`;
    }
    case 'peer': {
      const oob = fields.oob === true ? ' out of band' : '';
      const rest =
        fields.peer === 'recv'
          ? `received ${valueText(fields.runs)}${oob}`
          : [fields.peer, fields.errno].filter(Boolean).map(valueText).join(' ');
      return `peer of ${valueText(fields.socket)}: ${rest}`;
    }
    case 'env':
      return [
        fields.env,
        fields.socket && `of ${valueText(fields.socket)}`,
        fields.bytes !== undefined && `${valueText(fields.bytes)} bytes`,
      ]
        .filter(Boolean)
        .map(String)
        .join(' ');
    case 'caller':
      return `caller ${valueText(fields.caller)} the ${valueText(fields.what)} of ${valueText(fields.overlapped)}`;
    case 'port':
      if (fields.port === 'empty') return `no packet on the port of ${valueText(fields.socket)}`;
      return `packet of ${valueText(fields.overlapped)} on ${valueText(fields.socket)}: ${outcomeText(fields)}`;
    case 'foreign':
      return `${valueText(fields.foreign)}(${valueText(fields.socket)}), a call outside the vocabulary${thread}`;
  }
};
