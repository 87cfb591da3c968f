/** What `check`, `ask`, `clauses` and `explore` print. */

import { describe, expect, test } from 'vitest';
import { commandLine, connected, objects, sentOnNoSocket, traces } from '../commandLine.fixture.ts';

const { wspsend, inProcess } = commandLine();

describe('check', () => {
  test('prints one object for each file, with the step as it was read', async () => {
    const { out, err } = await inProcess(['check', '--json', 'good.ndjson', 'rejected.ndjson', 'malformed.ndjson', 'nowhere.ndjson']);
    expect(objects(out)).toEqual([
      { file: 'good.ndjson', profile: 'page', verdict: 'accepted' },
      {
        file: 'rejected.ndjson',
        profile: 'page',
        verdict: 'rejected',
        line: 5,
        message: expect.any(String),
        step: JSON.parse(sentOnNoSocket),
        clauses: ['WSAENOTSOCK:1'],
        permitted: expect.arrayContaining([{ rc: -1, errno: 'WSAENOTSOCK', clauses: ['WSAENOTSOCK:1'] }]),
        rulings: [],
      },
      {
        file: 'malformed.ndjson',
        profile: 'page',
        verdict: 'malformed',
        line: 4,
        message: expect.stringMatching(/^env\.colour is not a field here/),
      },
      { file: 'nowhere.ndjson', profile: 'page', verdict: 'malformed', line: 1, message: expect.stringContaining('ENOENT') },
    ]);
    expect(err).toBe('');
  });

  test('goes on after a rejection where it is asked to, and gives every finding as a rejection is given', async () => {
    const { code, out } = await inProcess(['check', '--json', '--keep-going', 'twice-rejected.ndjson', 'good.ndjson']);
    expect(code).toBe(1);
    const finding = { message: expect.any(String), step: expect.any(Object), permitted: expect.any(Array), rulings: [] };
    expect(objects(out)).toEqual([
      {
        file: 'twice-rejected.ndjson',
        profile: 'page',
        verdict: 'rejected',
        line: 4,
        clauses: ['WSAENOTSOCK:1'],
        ...finding,
        unjudged: [
          { line: 4, socket: 'nobody', why: 'a step of it was rejected' },
          { line: 6, socket: 'A', why: 'a step of it was rejected' },
        ],
        findings: [
          { line: 4, clauses: ['WSAENOTSOCK:1'], ...finding },
          { line: 6, clauses: expect.arrayContaining(['Order:2']), ...finding },
        ],
      },
      { file: 'good.ndjson', profile: 'page', verdict: 'accepted', findings: [] },
    ]);
  });

  test('says from which line a trace is undecided', async () => {
    const { out } = await inProcess(['check', '--json', 'undecided.ndjson']);
    expect(objects(out)).toEqual([
      {
        file: 'undecided.ndjson',
        profile: 'page',
        verdict: 'undecided',
        line: 21,
        message: expect.stringMatching(/^undecided: /),
        step: { peer: 'recv', socket: 'A', runs: [[200, 1]] },
      },
    ]);
  });

  test('lists what is not judged and what the caller broke, and accuses nobody', async () => {
    const { code, out } = await inProcess(['check', '--json', 'caller.ndjson']);
    expect(code).toBe(0);
    expect(objects(out)).toEqual([
      {
        file: 'caller.ndjson',
        profile: 'page',
        verdict: 'accepted',
        unjudged: [
          { line: 5, socket: 'A', why: 'the caller writes a buffer of o1' },
          { line: 6, socket: 'A', why: 'what TransmitFile does to sends is not known here' },
        ],
        breaches: [{ line: 5, clauses: ['lpBuffers:3'], message: 'the caller writes a buffer of o1, which is outstanding' }],
      },
    ]);
    const text = (await inProcess(['check', 'caller.ndjson'])).out;
    expect(text).toMatch(/^ {2}unjudged {3}from line 5, A: the caller writes a buffer of o1$/m);
    expect(text).toMatch(/^ {2}caller {5}line 5, the caller writes a buffer of o1, which is outstanding {2}\(lpBuffers:3\)$/m);
  });

  test('names the ruling that decides, by its question', async () => {
    const { out } = await inProcess(['check', 'partial.ndjson', '--profile', 'msafd']);
    expect(out).toMatch(/^ {2}rulings {4}M1 {2}\S.*\?$/m);
    expect((await inProcess(['check', 'rejected.ndjson', '--profile', 'msafd'])).out).not.toContain('rulings');
  });

  test('says what had to come first, and what a failure without a code is', async () => {
    expect((await inProcess(['check', 'not-returned.ndjson'])).out).toMatch(/permitted {2}#1 returns/);
    expect((await inProcess(['check', 'no-error.ndjson'])).out).toContain('WSPSend(A, [3]) = SOCKET_ERROR with code 0');
  });

  test('prints the same on threads, in the order of the files', async () => {
    const files = [
      'rejected.ndjson',
      'good.ndjson',
      'not-returned.ndjson',
      'malformed.ndjson',
      'nowhere.ndjson',
      'caller.ndjson',
      'crlf.ndjson',
    ];
    const alone = await wspsend(['check', ...files, '--jobs', '1']);
    expect(await wspsend(['check', ...files, '--jobs', '3'])).toEqual(alone);
    expect(alone.code).toBe(2);
  });

  test('reads standard input where it is given -', async () => {
    const { code, out } = await wspsend(['check', '--json', '-'], traces['rejected.ndjson']!);
    expect(objects(out)).toMatchObject([{ file: '-', verdict: 'rejected', line: 5 }]);
    expect(code).toBe(1);
  });

  test('shows what led to a rejection, what it breaks and what would have been permitted', async () => {
    const { out } = await inProcess(['check', 'partial.ndjson', '--profile', 'msafd']);
    expect(out.split('\n')[0]).toMatch(/^rejected {3}partial\.ndjson:5 /);
    expect(out).toContain('3  WSPConnect(A) = 0');
    expect(out).toContain('5  WSPSend(A, [100000]) = 0, 4096 bytes');
    expect(out).toMatch(/breaks {5}Nonoverlapped:4 {2}A nonblocking/);
    expect(out).toMatch(/permitted {2}0, 100000 bytes/);
  });

  test('writes no colours and no control characters into a pipe, whatever a trace holds', async () => {
    const { out } = await wspsend(['check', '-'], `${connected.join('\n')}\n${sentOnNoSocket.replace('nobody', '\\u001b[2J\\u009b1m')}\n`);
    expect(out).toContain('rejected');
    expect(out).not.toMatch(/(?!\n)\p{Cc}/u);
  });
});

describe('ask', () => {
  test('prints every permitted result with its clauses and what follows, as one object', async () => {
    const { code, out } = await inProcess(['ask', '--state', '{"bound":true}', '--profile', 'docs', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      profile: 'docs',
      state: { bound: true },
      call: { call: 'WSPSend', socket: 'A', buffers: [1000] },
      permitted: expect.arrayContaining([
        {
          returns: { rc: -1, errno: 'WSAENOTCONN' },
          clauses: ['WSAENOTCONN:1'],
          rulings: [],
          then: expect.objectContaining({ operation: 'none' }),
        },
      ]),
    });
  });

  test('says it in words for a person', async () => {
    const { code, out } = await inProcess(['ask', '--connected', '--nonblocking', '--buffers', '6,4', '--room', 'part']);
    expect(code).toBe(0);
    expect(out).toMatch(/WSPSend\(A, \[6, 4\]\).*0, 1 to 9 bytes.*Nonoverlapped:4/s);
  });

  test('answers words by the clauses, their places, the rulings in force and two traces', async () => {
    const { code, out } = await inProcess(['ask', 'may', 'I', 'free', 'the', 'WSABUF', 'array', 'after', 'WSA_IO_PENDING']);
    expect(code).toBe(0);
    expect(out).toMatch(/You may free the array.*Capture:2 .*\(Remarks 4\.2 of the page\).*D3 .*page, docs, msafd: The provider copies/s);
    expect(out).toMatch(/shown by .* accepted.*broken by .*rejected: .* breaks .*Capture:2/s);
  });

  test('answers words as one object too', async () => {
    const { code, out } = await inProcess(['ask', 'MSG_PARTIAL stream', '--json']);
    expect(code).toBe(0);
    const { answers } = JSON.parse(out);
    expect(answers[0]).toMatchObject({ entry: { kind: 'question', id: 'partial-on-a-stream' }, rulings: [{ id: 'PartialOnStream' }] });
  });

  test('refuses a question that cannot be answered', async () => {
    const { code, err } = await inProcess(['ask', '--state', '{"colour":"red"}']);
    expect(code).toBe(2);
    expect(err).toContain('state.colour is not a field here: "red"');
  });
});

describe('clauses', () => {
  test('prints an array with all that stands behind each clause', async () => {
    const { code, out } = await inProcess(['clauses', '--json']);
    const rows = JSON.parse(out) as Record<string, unknown>[];
    for (const row of rows) {
      expect(Object.keys(row)).toEqual(['id', 'section', 'status', 'rulings', 'rules', 'tests', 'properties', 'mutants']);
    }
    const row = rows.find(({ id }) => id === 'WSAENOTSOCK:1');
    expect(row).toMatchObject({ section: 'WSAENOTSOCK', status: 'modelled', rulings: ['CallOnlyCodes'] });
    expect(row?.rules).toContain('socket.notASocket.WSPSend.WSAENOTSOCK#c259a2');
    const holes = rows.filter(({ status, rules }) => status === 'modelled' && (rules as unknown[]).length === 0);
    expect(code).toBe(holes.length === 0 ? 0 : 1);
  });

  test('shows them by section of the page', async () => {
    const { out } = await inProcess(['clauses']);
    expect(out).toMatch(/\nReturn value\n {2}Return:1 +modelled/);
  });

  test('compares the register with a page for programs too', async () => {
    const { code, out } = await inProcess(['clauses', '--json', '--page', 'page.txt']);
    expect(JSON.parse(out)).toMatchObject({
      edition: 'msdn',
      isKnown: false,
      spans: 5,
      uncovered: expect.arrayContaining([{ section: 'Purpose', paragraph: 5, sentence: 1, text: 'A line that no clause was read from.' }]),
    });
    expect(code).toBe(1);
  });
});

describe('explore', () => {
  test('prints the bounds with what was found in them', async () => {
    const { out } = await wspsend(['explore', '--json', '--slice', 'smallest', '--units', '2']);
    const found = { slice: 'smallest', operations: 2, units: 2, length: 2, states: expect.any(Number), transitions: expect.any(Number) };
    const measured = { seconds: expect.any(Number), cpuSeconds: expect.any(Number), threads: expect.any(Number) };
    expect(objects(out)).toEqual([{ ...found, ...measured }]);
  });
});
