/** How the command line ends, whatever it is given. */

import { describe, expect, test } from 'vitest';
import { newProgram } from './cli/program.ts';
import { commandLine } from './commandLine.fixture.ts';

const { inProcess } = commandLine();

describe('the exit code', () => {
  test.each<[code: number, words: string, says: RegExp]>([
    [0, '--help', /Usage: wspsend/],
    [0, 'help check', /Usage: wspsend check/],
    [0, 'help trace', /poll writable: select.*\n {2}\{"poll":"writable","socket":"A","ready":true\}\n {2}poll +Whether/],
    [0, 'trace WSPBind', /^WSPBind: A socket is bound.*\n {2}\{"call":"WSPBind"[^\n]*\n {2}begin\? /],
    [2, 'trace WSPBend', /A kind of line must be one of header, WSPSocket, .*: WSPBend/],
    [0, 'check --help', /Exit status:\n {2}0 +every trace was accepted/],
    [0, '--version', /^\d+\.\d+\.\d+\n$/],
    [2, 'judge', /a command must be one of verify, check, .*: judge\.\n/],
    [2, 'chekc', /a command must be one of verify, check, .*: chekc\. Did you mean check\?/],
    [2, 'help chekc', /: chekc\. Did you mean check\?/],
    [2, 'verify --reporter jnuit', /It must be one of text, json, junit, html, tap\. Did you mean junit\?/],
    [2, 'trace WSPBnd', /: WSPBnd\. Did you mean WSPBind\?/],
    [2, 'schema vektors', /It must be one of trace, state, vectors, report\. Did you mean vectors\?/],
    [2, 'ask --connected --flags MSG_PARTAL', /: MSG_PARTAL\. Did you mean MSG_PARTIAL\?/],
    [2, 'ask --state {"typ":"SOCK_DGRAM"}', /state\.typ is not a field here \(did you mean type\?\)/],
    [2, 'ask --call {"call":"WSPSnd"}', /call must be a known call: "WSPSnd"; did you mean WSPSend\?/],
    [2, 'clauses Retrun:1', /Retrun:1\. Did you mean Return:1\?/],
    [2, '--colour', /unknown option '--colour'/],
    [2, 'check', /missing required argument 'file'/],
    [2, 'check good.ndjson --profile windows', /'windows' is invalid. It must be one of page, docs, msafd\./],
    [2, 'check good.ndjson --jsn', /unknown option '--jsn'/],
    [2, 'check - -', /- was given more than once/],
    [0, 'check good.ndjson', /^accepted +good\.ndjson/],
    [0, 'check no-end.ndjson crlf.ndjson blank-lines.ndjson blank-first.ndjson header-only.ndjson', /(accepted.*\n){5}/],
    [2, 'check undecided.ndjson', /^undecided +undecided\.ndjson:21 undecided from line 21: more orders of the bytes/],
    [1, 'check twice-rejected.ndjson --keep-going', /:4 WSPSend gives success.*:6 the peer of A received/s],
    [2, 'check good.ndjson --jobs 0', /must be a whole number from 1 to 256/],
    [1, 'check rejected.ndjson', /^rejected +rejected\.ndjson:5 /],
    [2, 'check malformed.ndjson', /^malformed +malformed\.ndjson:4 env\.colour is not a field here/],
    [0, 'check good.ndjson --explain', /circuit A +is unbroken\n[\s\S]*^accepted/m],
    [1, 'check rejected.ndjson --explain', /^ +4 [\s\S]*^rejected/m],
    [2, 'check rejected-then-malformed.ndjson', /^malformed +rejected-then-malformed\.ndjson:6 /],
    [2, 'check not-utf8.ndjson', /:4 a line must be UTF-8: byte 11 of the line, 0x28/],
    [2, 'check empty.ndjson', /:1 the first line must be a header/],
    [2, 'check nowhere.ndjson', /nowhere\.ndjson:1 a trace must be a file that can be read: ENOENT/],
    [2, 'check .', /a trace must be a file that can be read: EISDIR/],
    [2, 'check nowhere.ndjson malformed.ndjson rejected.ndjson good.ndjson', /malformed.*malformed.*rejected.*accepted/s],
    [0, 'check partial.ndjson', /accepted/],
    [1, 'check partial.ndjson --profile msafd', /rejected.*Nonoverlapped:4/s],
    [2, 'clauses --page nowhere.txt', /--page must name a text that can be read: nowhere\.txt: ENOENT/],
    [2, 'clauses --page latin1.txt', /--page must name a text in UTF-8/],
    [1, 'clauses --page page.txt', /no clause +Purpose 5\.1 +A line that no clause was read from\./],
    [0, 'clauses Nonoverlapped:4', /sentence +Remarks \d+\.\d+ of the page.*ruling +D1 .*choice +M1 .*take\.whole.*rules +socket\./s],
    [2, 'explore --slice everything', /'everything' is invalid\. It must be one of stream/],
    [2, 'explore --operations 9', /It must be a whole number from 1 to 8/],
    [2, 'explore --units 1.5', /It must be a whole number from 1 to 15/],
    [2, 'verify --shard 3/2', /It must be I\/N with I from 1 to N/],
    [2, 'verify --steps 0', /It must be a whole number from 1/],
    [2, 'verify --out nowhere/report.xml', /--out must name a file that can be written: nowhere\/report\.xml: ENOENT/],
    [2, 'generate', /generate must run in a clone of the project.*; --vectors FILE writes a file of your own/],
    [2, 'generate --from good.ndjson', /generate must run in a clone of the project.*--to FOLDER keeps good\.ndjson among your own files/],
    [2, 'generate --from good.ndjson --check', /--from and --check exclude each other/],
    [2, 'generate --from good.ndjson --provider ./mine.mjs', /--provider and --driver name what a test holds: give --to too/],
    [2, 'generate --from good.ndjson --to kept', /--to needs --provider MODULE or --driver COMMAND/],
    [2, 'generate --to kept --provider ./mine.mjs', /--to goes with --from TRACE/],
    [2, 'generate --from nowhere.ndjson --to kept --provider mine', /--from must name a trace that can be read: nowhere\.ndjson: ENOENT/],
    [2, 'generate --from malformed.ndjson --to kept --provider mine', /--from must name a well-formed trace: malformed\.ndjson line 4: /],
    [2, 'generate --from header-only.ndjson --to kept --provider mine', /a trace in which something is asked/],
    [
      0,
      'generate --from rejected.ndjson --to kept --driver ./driver',
      /^wrote kept\/rejected\.\w{8}\.test\.mjs\nwrote kept\/rejected\.\w{8}\.ndjson$/m,
    ],
    [2, `check \u001b[31m\u009b1m.ndjson`, /:1 a trace must be/],
    [2, `replay \u001b[31m\u009b1m`, /\\u001b\[31m\\u009b1m: ENOENT/],
    [2, `merge \u001b[31m\u009b1m`, /\\u001b\[31m\\u009b1m: ENOENT/],
    [2, `explore --slice \u001b[31m\u009b1m`, /'\\u001b\[31m\\u009b1m' is invalid/],
    [2, `\u001b[31m\u009b1m`, /a command must be one of .*: \\u001b\[31m\\u009b1m/],
    [2, `verify --out nowhere/\u009b1m`, /nowhere\/\\u009b1m: ENOENT/],
    [2, 'ask --state {"type":"SOCK_DGRAM","type":"SOCK_STREAM"}', /--state must mean one thing: a key must stand once/],
    [2, 'ask --connected --flags MSG_BOGUS', /a flag must be one of MSG_OOB, .*: MSG_BOGUS/],
    [2, 'replay not-utf8.ndjson', /not-utf8\.ndjson:4 a line must be UTF-8: byte 11 of the line, 0x28/],
    [2, 'verify --timeout 2147484', /It must be a whole number from 1 to 86400/],
    [2, 'verify --out report --write-deviations ./report', /must name two files/],
    [2, 'clauses Return:99', /A clause id must be one of the register: Return:99\. The last of its section is Return:\d+\./],
    [0, 'clauses MSG_PARTIAL', /^MSG_PARTIAL:1 .*^MSG_PARTIAL:2 /ms],
    [0, 'clauses D1', /^WSAEWOULDBLOCK:1 .*^Nonoverlapped:4 .*^Overlapped:3 /ms],
    [0, 'clauses thread that exits', /^ThreadExit:1 .*\(Remarks 20\.1 of the page\)/m],
    [2, 'clauses xyzzy', /A clause id must be one of the register: xyzzy/],
    [0, 'ask WSAEMSGSIZ', /^WSAEMSGSIZE:1|^WSAEMSGSIZE \(10040\)/m],
    [0, 'ask WSAEWOULDBLCOK', /^WSAEWOULDBLCOK is taken for WSAEWOULDBLOCK$/m],
    [2, 'ask', /ask must be given something to ask: words .*--after TRACE/],
    [0, 'ask --after good.ndjson', /^WSPSend\(A, \[1000\]\)/m],
    [2, 'ask --after nowhere.ndjson', /--after must name a trace that can be read: nowhere\.ndjson: ENOENT/],
    [2, 'ask --after malformed.ndjson', /--after must name a well-formed trace: malformed\.ndjson line 4/],
    [2, 'ask --after rejected.ndjson', /state must be one that the page permits under page: .*WSAENOTSOCK:1/],
    [2, 'ask --after good.ndjson --connected', /--after is a state of its own: connected was given with it/],
    [2, 'ask xyzzy', /ask must be given words that the page, its rulings or its questions have: "xyzzy"/],
    [2, 'ask WSAEMSGSIZE --connected', /ask takes words or a state and a call, not both: --connected/],
    [2, 'clauses Return:1 --page page.txt', /no clause may be named with it: Return:1/],
  ])('is %i for wspsend %s', async (code, words, says) => {
    const ran = await inProcess(words.split(' ').filter(Boolean));
    expect(ran.out + ran.err).toMatch(says);
    // Nothing that came from outside moves a cursor.
    expect(ran.out + ran.err).not.toMatch(/(?!\n)\p{Cc}/u);
    expect(ran.code).toBe(code);
  });
});

describe('the help', async () => {
  const { commands } = await newProgram();
  const helpOf = async (words: readonly string[]): Promise<string> => {
    const { code, out } = await inProcess(words);
    expect(code).toBe(0);
    return out;
  };
  const linesIn = (text: string): readonly string[] => text.split('\n');
  // An example line of a trace is there to be copied, and keeps its length.
  const isTooWide = (line: string): boolean => line.length > 80 && !/^ {2}\{".*\}$/.test(line);

  test('of the program has a line for each command, and fits 80 columns', async () => {
    const help = await helpOf(['--help']);
    for (const command of commands) expect(help).toMatch(new RegExp(`^  ${command.name()} `, 'm'));
    expect(linesIn(help).filter(isTooWide)).toEqual([]);
  });

  test.each(commands.map((command) => command.name()))('of %s fits 80 columns and says each exit status', async (name) => {
    const help = await helpOf(['help', name]);
    expect(linesIn(help).filter(isTooWide)).toEqual([]);
    expect(help).toMatch(/^Exit status:\n {2}0 {2,}\S/m);
    for (const status of ['2', '70', '129, 130, 143']) expect(help).toMatch(new RegExp(`^  ${status} {2,}\\S`, 'm'));
    expect(await helpOf([name, '--help'])).toBe(help);
  });
});
