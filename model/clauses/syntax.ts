/** The prototype of WSPSend, one clause a line. */

import type { Clause } from './clause.ts';

export const syntax = [
  {
    id: 'Syntax:1',
    source: { section: 'Syntax', paragraph: 1, sentence: 1 },
    text: 'WSPSend returns an int.',
    kind: 'definition',
    status: { is: 'informative', because: "the SPI's types state it, and the compiler holds a provider to them" },
  },
  {
    id: 'Syntax:2',
    source: { section: 'Syntax', paragraph: 1, sentence: 2 },
    text: 'Parameter 1, s, is the SOCKET.',
    kind: 'definition',
    status: { is: 'informative', because: "the SPI's types state it, and the compiler holds a provider to them" },
  },
  {
    id: 'Syntax:3',
    source: { section: 'Syntax', paragraph: 1, sentence: 3 },
    text: 'Parameter 2, lpBuffers, is a pointer to WSABUFs.',
    kind: 'definition',
    status: { is: 'informative', because: "the SPI's types state it, and the compiler holds a provider to them" },
  },
  {
    id: 'Syntax:4',
    source: { section: 'Syntax', paragraph: 1, sentence: 4 },
    text: 'Parameter 3, dwBufferCount, is a DWORD.',
    kind: 'definition',
    status: { is: 'informative', because: "the SPI's types state it, and the compiler holds a provider to them" },
  },
  {
    id: 'Syntax:5',
    source: { section: 'Syntax', paragraph: 1, sentence: 5 },
    text: 'Parameter 4, lpNumberOfBytesSent, is a pointer to a DWORD that the call may write.',
    kind: 'definition',
    status: { is: 'informative', because: "the SPI's types state it, and the compiler holds a provider to them" },
  },
  {
    id: 'Syntax:6',
    source: { section: 'Syntax', paragraph: 1, sentence: 6 },
    text: 'Parameter 5, dwFlags, is a DWORD.',
    kind: 'definition',
    status: { is: 'informative', because: "the SPI's types state it, and the compiler holds a provider to them" },
  },
  {
    id: 'Syntax:7',
    source: { section: 'Syntax', paragraph: 1, sentence: 7 },
    text: 'Parameter 6, lpOverlapped, is a pointer to a WSAOVERLAPPED.',
    kind: 'definition',
    status: { is: 'informative', because: "the SPI's types state it, and the compiler holds a provider to them" },
  },
  {
    id: 'Syntax:8',
    source: { section: 'Syntax', paragraph: 1, sentence: 8 },
    text: 'Parameter 7, lpCompletionRoutine, is a pointer to a completion routine.',
    kind: 'definition',
    status: { is: 'informative', because: "the SPI's types state it, and the compiler holds a provider to them" },
  },
  {
    id: 'Syntax:9',
    source: { section: 'Syntax', paragraph: 1, sentence: 9 },
    text: 'Parameter 8, lpThreadId, is a pointer to a WSATHREADID.',
    kind: 'definition',
    status: { is: 'informative', because: "the SPI's types state it, and the compiler holds a provider to them" },
  },
  {
    id: 'Syntax:10',
    source: { section: 'Syntax', paragraph: 1, sentence: 10 },
    text: 'Parameter 9, lpErrno, is a pointer to an INT that the call may write.',
    kind: 'definition',
    status: { is: 'informative', because: "the SPI's types state it, and the compiler holds a provider to them" },
  },
] as const satisfies readonly Clause[];
