/**
 * What can be looked up: the questions, the clauses, the rulings, and the names of Winsock that the page is about. Each is one document of
 * the index, whether it is looked for on a terminal or in the book.
 */

import { placeName } from '../../model/clauses/page.ts';
import { register } from '../../model/clauses/register.ts';
import { rulingReasons } from '../../model/clauses/rulingReasons.ts';
import { rulings } from '../../model/clauses/rulings.ts';
import { questions } from '../../model/questions/questions.ts';
import { codesOf } from '../../model/winsock/callCodes.ts';
import { errorCodes, sendFlags } from '../../model/winsock/codes.ts';
import { type CallName, callNames } from '../../model/winsock/trace.ts';

export type EntryKind = 'question' | 'clause' | 'ruling' | 'code' | 'flag' | 'call';

export interface Entry {
  readonly kind: EntryKind;
  /** Among its kind: `free-the-wsabuf-array`, `Capture:2`, `D3`, `WSAEMSGSIZE`, `MSG_OOB`, `WSPSend`. */
  readonly id: string;
  /** The one line by which it is shown in a list. */
  readonly title: string;
  /** What else it says. */
  readonly body: string;
  /** Other words by which it is looked for. */
  readonly words: string;
}

/** The name by which an application knows a call of the service-provider interface. */
const applicationNames: { readonly [call in CallName]?: string } = {
  WSPSocket: 'WSASocket socket',
  WSPBind: 'bind',
  WSPConnect: 'WSAConnect connect',
  WSPIoctl: 'WSAIoctl ioctlsocket',
  WSPSetSockOpt: 'setsockopt',
  WSPGetSockOpt: 'getsockopt',
  WSPSend: 'WSASend send LPWSPSEND',
  WSPGetOverlappedResult: 'WSAGetOverlappedResult GetOverlappedResult',
  WSPRecv: 'WSARecv recv',
  WSPCancelIo: 'CancelIo CancelIoEx',
  WSPCancelBlockingCall: 'WSACancelBlockingCall cancel interrupt a blocking send',
  WSPShutdown: 'shutdown',
  WSPCloseSocket: 'closesocket close',
  SleepEx: 'WaitForSingleObjectEx WSAWaitForMultipleEvents alertable wait',
  CreateIoCompletionPort: 'IOCP completion port',
};

/** By the heading that the page has, or by the name that its clauses have here. */
const ofSection = (section: string): typeof register =>
  register.filter(({ id, source }) => source.section === section || id.startsWith(`${section}:`));

const sectionText = (section: string): string =>
  ofSection(section)
    .map(({ text }) => text)
    .join(' ');

export const clausesOfSection = (section: string): readonly string[] => ofSection(section).map(({ id }) => id);

/** Whole word, so that WSPSend is not found in WSPSendTo. */
export const clausesNaming = (name: string): readonly string[] =>
  register.filter(({ text }) => new RegExp(`\\b${name}\\b`).test(text)).map(({ id }) => id);

function* allEntries(): Generator<Entry> {
  for (const { id, asks, answer, words = '', clauses, rulings: turnsOn = [] } of questions) {
    yield { kind: 'question', id, title: asks, body: answer, words: [words, ...clauses, ...turnsOn].join(' ') };
  }
  for (const { id, text, source } of register) yield { kind: 'clause', id, title: text, body: placeName(source), words: source.section };
  for (const { id, question, readings, clauses } of rulings) {
    yield {
      kind: 'ruling',
      id,
      title: question,
      body: [...Object.values(readings), rulingReasons[id]].join(' '),
      words: clauses.join(' '),
    };
  }
  for (const [name, number] of Object.entries(errorCodes)) {
    const callers = callNames.filter((call) => (codesOf[call] as readonly string[]).includes(name));
    yield { kind: 'code', id: name, title: `${name} (${number})`, body: sectionText(name), words: [number, ...callers].join(' ') };
  }
  for (const [name, number] of Object.entries(sendFlags)) {
    yield { kind: 'flag', id: name, title: `${name} (0x${number.toString(16)})`, body: sectionText(name), words: 'dwFlags flag' };
  }
  for (const name of callNames) {
    const other = applicationNames[name] ?? '';
    yield {
      kind: 'call',
      id: name,
      title: other === '' ? name : `${name}, to an application ${other.split(' ')[0]}`,
      body: '',
      words: other,
    };
  }
}

export const entries: readonly Entry[] = [...allEntries()];
