/** What is a word of a question, which words say nothing, and which say the same. */

import { stemmer } from 'stemmer';
import { errorCodes } from '../../model/winsock/codes.ts';

/** Words that say nothing of what somebody wants to know. */
const idle = new Set(
  `a about after all am an and any are as at be been but by can could did do does doing done for from get gets give given gives had has
  have how i if in into is it its just may me mean means might must my no nor not of off on one only or our out over own shall should so some
  such than that the their them then there these they this those to too under until up upon us was we were what when where whether which
  while who whose why will with would you your happens happen call calls called asked ask still
  come comes`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

/** How an application calls what the service-provider interface names, and Windows itself a code. */
const sameName: Readonly<Record<string, string>> = {
  error_io_pending: 'wsa_io_pending',
  error_io_incomplete: 'wsa_io_incomplete',
  error_operation_aborted: 'wsa_operation_aborted',
  wsasend: 'wspsend',
  wsagetoverlappedresult: 'wspgetoverlappedresult',
  getoverlappedresult: 'wspgetoverlappedresult',
  closesocket: 'wspclosesocket',
  cancelioex: 'wspcancelio',
  cancelio: 'wspcancelio',
  setsockopt: 'wspsetsockopt',
  getsockopt: 'wspgetsockopt',
  wsabufs: 'wsabuf',
  lpbuffers: 'wsabuf',
  lpoverlapped: 'overlapped',
  wsaoverlapped: 'overlapped',
  lpcompletionroutine: 'routine',
  iocp: 'port',
  tcp: 'stream',
  udp: 'datagram',
};

/** Words that people use for one thing, each line under the first of its words. */
const alike: ReadonlyMap<string, string> = new Map(
  `routine callback handler apc
  free delete release destroy deallocate
  several multiple many two both
  thread threaded multithreaded mutex lock serialize concurrent concurrently simultaneous simultaneously parallel
  order sequence jumbled interleaved scrambled
  close disconnect disconnected fin
  block blocking blocked blocks hang hangs hung stuck freeze
  cancel interrupt stop unblock
  complete completion done finish finished
  fail failure error
  peer remote server client
  large long big huge mb gb
  maximum max limit
  outstanding pending flight inflight
  begin start initiate
  exit end terminate die died
  signalled signaled set
  array list vector
  room space
  reuse recycle`
    .split('\n')
    .flatMap((line) => {
      const [first, ...others] = line.trim().split(' ').map(stemmer);
      return others.map((other): [string, string] => [other, first!]);
    }),
);

/** Words that are written in two, or as one. */
const joined: readonly (readonly [RegExp, string])[] = [
  [/\bnon[- ](?=block|overlap)/gi, 'non'],
  [/\btime[- ](?=outs?\b)/gi, 'time'],
  [/\bkeep[- ]?alive/gi, 'keepalive'],
  [/\bout[- ]of[- ]band/gi, 'oob'],
];

const codeNumbers: ReadonlySet<string> = new Set(Object.values(errorCodes).map(String));
export const isCodeNumber = (word: string): boolean => codeNumbers.has(word);

/** A name of Winsock, or of the register: it is taken as it is, and not as an English word. */
export const isName = (word: string): boolean => /[_:\d]|^(?:ws[ap]|lp|dw)\w/.test(word);

export const processTerm = (term: string): string | null => {
  const word = term.toLowerCase();
  if (idle.has(word)) return null;
  const same = sameName[word] ?? word;
  if (isName(same)) return same;
  const stem = stemmer(same);
  return alike.get(stem) ?? stem;
};

export const wordsIn = (text: string): string[] =>
  joined.reduce((rest, [apart, together]) => rest.replaceAll(apart, together), text).match(/[\p{L}\p{N}_]+(?::\d+)?/gu) ?? [];

/** Of a name its parts too: WSA_IO_PENDING is found by "pending", WSPGetOverlappedResult by "overlapped". */
export const withParts = (text: string): string[] =>
  wordsIn(text).flatMap((word) => {
    const parts = word.split(/[_:]|(?<=[a-z])(?=[A-Z])/u).filter((part) => part.length > 2);
    return parts.length > 1 ? [word, ...parts] : [word];
  });
