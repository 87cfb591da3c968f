import { describe, expect, test } from 'vitest';
import { codeName, completionModes, errorCodes, nameSets, winsockCodeOf } from './codes.ts';
import { foreignErrors, foreignFlags, foreignTypes, harmlessIoctls, harmlessOptions, mayChangeSends, obscureIoctls } from './foreign.ts';
import { isMisspelt, nearestName } from './spelling.ts';

describe('a text that was meant to be a name is answered with that name', () => {
  test.each([
    ['code', 'WSAEWOULDBLOK', 'WSAEWOULDBLOCK'],
    ['code', 'WSA_IO_PENDIN', 'WSA_IO_PENDING'],
    ['code', 'WSAECONRESET', 'WSAECONNRESET'],
    ['code', 'WSAEADRINUSE', 'WSAEADDRINUSE'],
    ['flag', 'MSG_OBB', 'MSG_OOB'],
    ['flag', 'MSG_DONTROUT', 'MSG_DONTROUTE'],
    ['how', 'SD_SENT', 'SD_SEND'],
    ['option', 'SO_LINGR', 'SO_LINGER'],
    ['option', 'SO_SNDBUFF', 'SO_SNDBUF'],
    ['ioctl', 'SIO_FLUHS', 'SIO_FLUSH'],
    ['ioctl', 'FIONBI0', 'FIONBIO'],
    ['type', 'SOCK_STREM', 'SOCK_STREAM'],
    ['fault', 'lpNumberOfBytesSend', 'lpNumberOfBytesSent'],
    ['mode', 'FILE_SKIP_COMPLETION_PORT_ON_SUCESS', 'FILE_SKIP_COMPLETION_PORT_ON_SUCCESS'],
  ] as const)('%s: %s', (set, text, name) => {
    expect([isMisspelt(nameSets[set], text), nearestName(nameSets[set], text)]).toEqual([true, name]);
  });
});

const foreignNames = { ...foreignErrors, ...foreignFlags, ...harmlessIoctls, ...harmlessOptions, ...obscureIoctls, ...foreignTypes };

describe('any other text stays what it is', () => {
  test.each([
    ['code', 'WSAEWHATEVER'],
    ['code', '10035'],
    ['code', 'NONSENSE'],
    ['code', ''],
    ['code', 'wsaewouldblok'],
    ['code', `WSAEWOULDBLOK${'K'.repeat(100)}`],
    ['flag', '0x10'],
    ['flag', 'MSG_EOR'],
    ['flag', 'MSG_NOSIGNAL'],
    ['option', 'SO_NEW'],
    ['option', 'TCP_NODELAI'],
    // Real names of which nobody here knows what they do to sends.
    ...['SO_DONTLINGER', 'SO_OPENTYPE', 'SO_SNDLOWAT', 'TCP_MAXRT', 'IP_TTL', 'IPV6_MTU'].map((name) => ['option', name] as const),
    ...['FIOASYNC', 'SIO_ABSORB_RTRALERT', 'SIO_ASSOCIATE_HANDLE', 'SIO_ENABLE_CIRCULAR_QUEUEING', 'SIO_EXT_SENDMSG', 'SIO_INDEX_BIND'].map(
      (name) => ['ioctl', name] as const,
    ),
    ...[
      'SIO_LIMIT_BROADCASTS',
      'SIO_MULTICAST_SCOPE',
      'SIO_MULTIPOINT_LOOPBACK',
      'SIO_SET_SECURITY',
      'SIO_TRANSLATE_HANDLE',
      'SIO_UCAST_IF',
    ].map((name) => ['ioctl', name] as const),
    ['ioctl', 'SIO_SOMETHING'],
    ['type', 'SOCK_PACKET'],
    ['fault', 'lpOverlapped'],
  ] as const)('%s: %s', (set, text) => {
    expect(isMisspelt(nameSets[set], text)).toBe(false);
  });

  test('no name is both judged and not', () => {
    for (const { names, known, family } of Object.values(nameSets)) {
      expect([...known].filter((name) => !family.test(name) && !/^(TCP|UDP|IP|IPV6)_/.test(name))).toEqual([]);
      expect(names.filter((name) => Object.hasOwn(foreignNames, name))).toEqual([]);
    }
  });

  test('no name of a family is a misspelling of another', () => {
    for (const set of Object.values(nameSets)) for (const name of set.known) expect(isMisspelt(set, name)).toBe(false);
  });
});

describe('a code has one name', () => {
  test('every number of the headers has a name, and every name but an alias is that of its number', () => {
    const aliases = Object.entries({ ...errorCodes, ...foreignErrors }).filter(([name, number]) => codeName(number) !== name);
    expect(aliases).toEqual([['WSANO_ADDRESS', 11004]]);
    expect(codeName(10999)).toBe('10999');
    expect(Object.keys(completionModes).length).toBe(2);
  });

  test.each([
    ['64', 'WSAECONNRESET'],
    ['995', 'WSA_OPERATION_ABORTED'],
    ['1236', 'WSAECONNABORTED'],
    ['10054', 'WSAECONNRESET'],
    ['WSAEINTR', 'WSAEINTR'],
    ['1168', '1168'],
    ['0', '0'],
  ] as const)('%s stands for %s', (code, name) => {
    expect(winsockCodeOf(code)).toBe(name);
  });

  test('an option that nobody knows may change sends, one that is known for its receives does not', () => {
    expect(['UDP_SEND_MSG_SIZE', 'SO_NEW', 'IP_TTL'].filter(mayChangeSends)).toHaveLength(3);
    expect(['SO_RCVTIMEO', 'SIO_KEEPALIVE_VALS', 'IPV6_RECVTCLASS', 'IP_ADD_MEMBERSHIP', 'TCP_NODELAY'].filter(mayChangeSends)).toEqual([]);
  });
});
