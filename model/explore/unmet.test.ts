import { expect, test } from 'vitest';
import { type UnmetRule, unmetRules } from './unmet.ts';

const { rules } = unmetRules('docs');

/** What no slice has within its least bounds, though no single fact is missing: rules by their ids. */
const beyondSlices: Readonly<Record<string, RegExp>> = {
  'a caller who breaks its side': /^operation\.unjudged\./,
  'a completion port': /^operation\.\w+\.packet\./,
  readiness: /^socket\.aSocket\.(un)?writable#/,
  'how a socket is made, bound and connected': /^socket\.\w+\.(WSPSocket|WSPSocket\.receiveOnly|WSPBind|WSPConnect|WSPConnect\.begins)#/,
  'a second shutdown, one of the receiving side or one before there is a connection':
    /^socket\.(?:\w+\.WSPShutdown\.|withoutSendSide\.WSPSend\.WSAESHUTDOWN#)/,
  'a WSPConnect that is under way': /^socket\.connecting\./,
  'a part of what a send asked, for which the least bounds hold too little': /^socket\.mayBeConnected\.WSPSend\.completes#/,
  'a look at an OVERLAPPED before its first send': /^operation\.free\./,
  'an overlapped call that has begun and not returned': /^operation\.begun\.|^call\./,
  'a result that a stream or its circuit does not give':
    /^operation\.(posted|pending)\.result\.(WSAENOTSOCK|WSAENETRESET|WSAENETDOWN|WSAESHUTDOWN|WSAEMSGSIZE|WSAEOPNOTSUPP)#/,
  'a route that was lost': /^operation\.(posted|pending)\.result\.WSAE(NETUNREACH|HOSTUNREACH|ADDRNOTAVAIL)#/,
  'a function that is queued again because a routine of its socket was running': /^operation\.notIndicated\.upcall\.WPUQueueApc#/,
  'an end of the stream after less than was sent': /^delivery\.open\.eof#/,
};

const lacks = ({ rule }: UnmetRule): string | undefined => Object.keys(beyondSlices).find((what) => beyondSlices[what]!.test(rule.id));

test('each rule that only the oracle can judge names the facts that the bounded model cannot derive, or is about something that no slice has', () => {
  expect(rules.every(({ rule }) => rule.permitted)).toBe(true);
  expect(rules.filter((unmet) => unmet.notDerived.length === 0 && lacks(unmet) === undefined).map(({ rule }) => rule.id)).toEqual([]);
  // None of the reasons is there for nothing.
  expect(new Set(rules.map(lacks).filter((what) => what !== undefined))).toEqual(new Set(Object.keys(beyondSlices)));
  expect(rules.find(({ rule }) => rule.id.startsWith('delivery.error'))?.notDerived).toEqual([
    'caused: no peer of the bounded model sees an error',
  ]);
});

test('what the bounded model has is met: an operation that pends and is indicated, a circuit that breaks, a send that fails', () => {
  const ids = rules.map(({ rule }) => rule.id);
  const of = (start: string) => ids.filter((id) => id.startsWith(start));
  expect(of('operation.pending.settle')).toEqual([]);
  expect(of('circuit.')).toEqual([]);
  expect(of('socket.sendShutDown.WSPSend.WSAESHUTDOWN')).toEqual([]);
});
