/** `wspsend ask`: a state and a call in, every permitted result out, each with its clauses and what follows. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Profile } from '../../../model/clauses/profiles.ts';
import { UnanswerableQuestion } from '../../../model/permits/asking.ts';
import { openCalls } from '../../../model/permits/open.ts';
import { type Answer, permits } from '../../../model/permits/permits.ts';
import { sendFlags } from '../../../model/winsock/codes.ts';
import { foreignFlags } from '../../../model/winsock/foreign.ts';
import { strictJsonValue } from '../../../model/winsock/strictJson.ts';
import { answerLines } from '../../report/answer.ts';
import { printable } from '../../report/printable.ts';
import { coloursOf, printLine } from '../../report/terminal.ts';
import { stateAfter } from '../askAfter.ts';
import { askBack } from '../askBack.ts';
import { askWords } from '../askWords.ts';
import { didYouMean } from '../choices.ts';
import { exitCodes, UnusableInput } from '../exit.ts';
import { endHelp } from '../help.ts';
import { type ProfileOption, profileOption } from '../options.ts';

interface AskOptions extends ProfileOption {
  readonly after?: string;
  readonly state?: string;
  readonly call?: string;
  readonly datagram?: true;
  readonly overlapped?: true;
  readonly connected?: true;
  readonly nonblocking?: true;
  readonly room?: string | number;
  readonly buffers?: readonly number[];
  readonly flags?: readonly string[];
  readonly event?: true;
  readonly routine?: true;
  readonly json?: true;
}

const lengths = (text: string): number[] =>
  text.split(',').map((part) => {
    if (!/^\d+$/.test(part)) throw new InvalidArgumentError('It must be lengths with commas between them, for example 6,4.');
    return Number(part);
  });

const stateFields = [
  ['socket', '"open" (the default), "closed" or "none"'],
  ['type', '"SOCK_STREAM" (the default) or "SOCK_DGRAM"'],
  ['overlapped', 'made with WSA_FLAG_OVERLAPPED: false'],
  ['bound', 'WSPBind was called: false'],
  ['connected', 'the socket has its peer: false'],
  ['connecting', 'a nonblocking WSPConnect is under way: false'],
  ['nonblocking', 'by FIONBIO: false'],
  ['broadcast', 'SO_BROADCAST is set: false'],
  ['to', 'where WSPConnect went: "peer" (the default) or "broadcast"'],
  ['maxMessage', 'SO_MAX_MSG_SIZE, where it was asked for'],
  ['shutdown', 'what WSPShutdown was given: a list of "SD_SEND", "SD_RECEIVE", "SD_BOTH"'],
  ['room', 'in the transport: "unknown" (the default), "all", "part", "none", or a number of bytes'],
  ['unread', 'bytes that the peer has still to read: 0'],
  ['outstanding', 'a list of {"overlapped", "length", "event", "routine", "port", "thread"}, the oldest first'],
  ['circuit', '"up" (the default), "reset", "timedOut", "keepAliveFailed" or "networkDown"'],
  ['peer', '"open" (the default), "shutDown" or "closed"'],
  ['network', '"up" (the default) or "down"'],
  ['arrived', 'the sender surely feels what happened to circuit, peer or network: true'],
  ['reported', 'the code by which an earlier send reported it'],
  ['blockingCall', "another thread's call blocks: false"],
  ['insideRoutine', 'the call is made inside a completion routine: false'],
] as const;

export const addAsk = (program: Command): void => {
  const command = program
    .command('ask')
    .argument('[words...]', 'a question in plain English, or a name: of a code, a flag, a call, a clause, a ruling')
    .summary('what may a call give, in a state?')
    .description('Consults the page: prints every result that is permitted, with its clauses and with what follows.')
    .option('--after <trace>', 'the state is the one that a recorded trace leads to; without a call: every call that it leaves open')
    .option('--state <json>', 'the state of the socket')
    .option('--call <json>', 'the call')
    .option('--datagram', 'state: a SOCK_DGRAM')
    .option('--overlapped', 'state: made with WSA_FLAG_OVERLAPPED; call: with an OVERLAPPED')
    .option('--connected', 'state: connected')
    .option('--nonblocking', 'state: nonblocking')
    .option('--room <room>', 'state: room in the transport: all, part, none, or bytes', (text) =>
      /^\d+$/.test(text) ? Number(text) : text,
    )
    .addOption(new Option('--buffers <lengths>', 'call: lengths of the buffers').argParser(lengths))
    .addOption(new Option('--flags <flags...>', 'call: MSG_OOB, MSG_PARTIAL, MSG_DONTROUTE'))
    .option('--event', 'call: hEvent holds an event')
    .option('--routine', 'call: with a completion routine')
    .addOption(profileOption())
    .option('--json', 'one JSON object')
    .action(async (words: string[], options: AskOptions, command: Command) => {
      process.exitCode = await answer(words, options, command);
    });
  endHelp(
    command,
    { 0: 'answered', 2: 'the question cannot be answered' },
    'Ask in words, by a name, after a trace, or about a state; on a terminal, ask alone asks back:',
    [
      ['wspsend ask "may I free the buffers after WSA_IO_PENDING"', 'the best answer, and what else was found'],
      ['wspsend ask WSAEMSGSIZE', 'a code, a flag, a call, a clause or a ruling'],
      ['wspsend ask --after trace.ndjson', 'what may come next, after a recorded trace'],
      ['wspsend ask --connected --nonblocking --room part', 'what a send of 1000 bytes may give in this state'],
      [`wspsend ask --state '{"type":"SOCK_DGRAM","maxMessage":512}' --buffers 513`, 'the same, the state in JSON'],
    ],
    'A state is a JSON object of these fields; what it leaves out is as WSPSocket makes a socket:',
    stateFields,
    'Or it is {"trace":[…]}, the steps that lead to it. A call is one of a trace without its returns: WSPSend, WSPGetOverlappedResult, WSPCancelIo, WSPIoctl with SIO_FLUSH, a poll, or {"end":N} of a call that the trace began. The socket is A.',
  );
};

function answer(words: readonly string[], options: AskOptions, command: Command): number | Promise<number> {
  if (words.length > 0) return askInWords(words, options, command);
  // Programs that give no state ask about a socket as WSPSocket makes it.
  const isBare = Object.keys(options).every((name) => name === 'profile');
  return isBare ? askedBack(options, command) : ask(options);
}

async function askedBack({ profile }: AskOptions, command: Command): Promise<number> {
  const chosen = await askBack();
  if (chosen === undefined) return exitCodes.interrupted;
  if ('words' in chosen) return askInWords([chosen.words], { profile }, command);
  printAnswers([answered(chosen.state, chosen.call, profile)], false);
  return exitCodes.good;
}

function askInWords(words: readonly string[], options: AskOptions, command: Command): number {
  const { profile, json, ...others } = options;
  const [other] = Object.keys(others);
  if (other !== undefined)
    throw new UnusableInput(`ask takes words or a state and a call, not both: --${other} was given with ${printable(words.join(' '))}`);
  const isGiven = command.getOptionValueSource('profile') !== 'default';
  return askWords(words.join(' '), { profile: isGiven ? profile : undefined, json: json === true });
}

async function ask(options: AskOptions): Promise<number> {
  const { after, profile, json } = options;
  const words = { ...stateWords(options), ...parsed('--state', options.state) };
  const [other] = Object.keys(words);
  if (after !== undefined && other !== undefined) throw new UnusableInput(`--after is a state of its own: ${other} was given with it`);
  const state = after === undefined ? words : await stateAfter(after);
  const call = { ...callWords(options), ...parsed('--call', options.call) };
  requireFlags(call);
  const isOpen = after !== undefined && Object.keys(call).length === 0;
  const calls = isOpen ? unanswerable(() => openCalls(state, profile)) : [call];
  const answers = calls.map((one) => answered(state, one, profile));
  printAnswers(answers, json === true);
  return exitCodes.good;
}

const answered = (state: object, call: object, profile: Profile): Answer => unanswerable(() => permits({ state, call, profile }));

function unanswerable<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof UnanswerableQuestion ? new UnusableInput(printable(error.message)) : error;
  }
}

/** One object for each. */
function printAnswers(answers: readonly Answer[], json: boolean): void {
  for (const answer of answers) {
    if (json) printLine(JSON.stringify(answer));
    else for (const line of answerLines(answer, coloursOf(process.stdout))) printLine(line);
  }
}

const stateWords = ({ datagram, overlapped, connected, nonblocking, room }: AskOptions): object => ({
  ...(datagram && { type: 'SOCK_DGRAM' }),
  ...(overlapped && { overlapped }),
  ...(connected && { connected }),
  ...(nonblocking && { nonblocking }),
  ...(room !== undefined && { room }),
});

const callWords = ({ overlapped, buffers, flags, event, routine }: AskOptions): object => ({
  ...(buffers !== undefined && { buffers }),
  ...(flags !== undefined && { flags }),
  ...((overlapped || event || routine) && { overlapped: 'o1' }),
  ...(event && { event }),
  ...(routine && { routine }),
});

function parsed(option: string, text: string | undefined): object {
  if (text === undefined) return {};
  let value: unknown;
  try {
    value = strictJsonValue(text, option);
  } catch (error) {
    throw error instanceof RangeError ? new UnusableInput(printable(error.message)) : error;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UnusableInput(`${option} must be a JSON object: ${printable(JSON.stringify(value))}`);
  }
  return value;
}

const flagNames: readonly string[] = [...Object.keys(sendFlags), ...Object.keys(foreignFlags)];

/** A trace may hold whatever a caller gave; a question about a flag that does not exist is a slip of the pen. */
function requireFlags({ flags }: { readonly flags?: unknown }): void {
  if (!Array.isArray(flags)) return;
  const unknown = flags.find((flag) => typeof flag === 'string' && !flagNames.includes(flag) && !/^\d+$/.test(flag)) as string | undefined;
  if (unknown !== undefined)
    throw new UnusableInput(`a flag must be one of ${flagNames.join(', ')}: ${printable(unknown)}.${didYouMean(flagNames, unknown)}`);
}
