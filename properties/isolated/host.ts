/**
 * The process of a provider: loads the module that its argument names, and answers what it is asked. It reads and writes without the event
 * loop, as a campaign in the same process would call the provider: timers never run.
 *
 * A provider may do anything to the globals that it shares with us. What this file needs is kept before the provider is loaded; whatever
 * the provider breaks of the rest comes out as a failure of what was asked.
 */

import { readSync, writeSync } from 'node:fs';
import { LineCutter } from '../../model/winsock/lineCutter.ts';
import { lineOf, type TraceHeader } from '../../model/winsock/trace.ts';
import type { Conversation, Implementation, Reply } from '../conversation/implementation.ts';
import { isUnsupported } from '../conversation/replyLine.ts';
import { wordsOfThrown } from '../harness/crash.ts';
import { providerImplementation } from '../harness/implementation.ts';
import { rememberGlobals } from './globals.ts';
import { loadProvider } from './load.ts';
import { type AskedOfHost, channel, type Failed, type Greeting, type Offer } from './protocol.ts';

const { parse, stringify } = JSON;
const [read, write] = [readSync, writeSync];
const exit = process.exit.bind(process);
const bytesOf = Buffer.from.bind(Buffer) as (text: string) => Buffer;

const chunkBytes = 2 ** 16;

/** Everything at once, however much the pipe takes at a time. */
function send(lines: readonly string[]): void {
  const bytes = bytesOf(lines.map((line) => `${line}\n`).join(''));
  for (let at = 0; at < bytes.length; ) at += write(channel.answers, bytes, at);
}

/** By hand: how an object is written, a provider can change. */
const failed = (message: string): string => `{"failure":{"kind":"crashed","message":${stringify(message)}},"isSpoilt":true}`;
const spoilt = 'the provider must leave alone what it shares with the harness';

let implementation: Implementation | undefined;
let conversation: Conversation | undefined;

async function serve(asked: AskedOfHost, line: string): Promise<void> {
  if (!('ask' in asked)) {
    const reply = await conversation!.request(asked);
    const changed = changedGlobal();
    return changed === undefined ? sayReply(reply) : send([failed(`${spoilt}: ${line}: ${changed} was changed`)]);
  }
  if (asked.ask === 'injections') {
    implementation = providerImplementation(module);
    send([stringify({ injections: implementation.injections } satisfies Offer), done]);
  } else {
    conversation = await implementation!.begin();
    send([lineOf(conversation.header), done]);
  }
}

const done = stringify({ done: true });

function sayReply({ lines, failure }: Reply): void {
  const end = failure === undefined ? done : stringify({ failure } satisfies Failed);
  send([...lines.map((line) => (isUnsupported(line) ? stringify(line) : lineOf(line as unknown as TraceHeader))), end]);
}

const loaded = await loadProvider(process.argv[2]!);
const greeting: Greeting = 'mustBe' in loaded ? loaded : { loaded: true };
send([stringify(greeting)]);
if ('mustBe' in loaded) exit(1);
const module = loaded as Exclude<typeof loaded, { mustBe: string }>;

// A module may change the globals while it is loaded: a polyfill does so.
const changedGlobal = rememberGlobals();

const cutter = new LineCutter();
const chunk = new Uint8Array(chunkBytes);
for (let count = read(channel.requests, chunk); count > 0; count = read(channel.requests, chunk)) {
  for (const line of cutter.push(chunk.subarray(0, count))) {
    try {
      await serve(parse(line as string) as AskedOfHost, line as string);
    } catch (error) {
      // The harness never fails by itself; what it stands on was broken under it.
      send([failed(`${spoilt}: ${line as string}: ${changedGlobal() ?? wordsOfThrown(error)}`)]);
    }
  }
}
exit(0);
