/** Lines that any reader of trace/1 accepts. */

import { type Examples, oneOfEach } from './examples.ts';

/** What recorders may write and seldom do. */
const oddities: Examples = [
  ['a network down for all', '{"env":"network.down"}'],
  ['no buffers', '{"call":"WSPSend","socket":"A","buffers":[],"returns":{"rc":0,"bytes":0}}'],
  ['the longest length', '{"call":"WSPSend","socket":"A","buffers":[4294967295,4294967295],"returns":{"rc":-1,"errno":"WSAENOBUFS"}}'],
  ['a length with an exponent', '{"call":"WSPSend","socket":"A","buffers":[1e3,2.0,-0],"returns":{"rc":0}}'],
  ['a fill beyond the period', '{"call":"WSPSend","socket":"A","buffers":[1],"fill":100000,"returns":{"rc":0}}'],
  ['a run that starts beyond the period', '{"peer":"recv","socket":"A","runs":[[123456789012,0]]}'],
  ['a failure that wrote its count', '{"call":"WSPSend","socket":"A","buffers":[1],"returns":{"rc":-1,"errno":"WSAENOTCONN","bytes":0}}'],
  ['a code with no name', '{"call":"WSPBind","socket":"A","returns":{"rc":-1,"errno":"WSAEWHATEVER"}}'],
  ['a code that Winsock has and the page does not', '{"call":"WSPBind","socket":"A","returns":{"rc":-1,"errno":"WSAEADDRINUSE"}}'],
  ['a flag that Winsock has and WSPSend does not', '{"call":"WSPSend","socket":"A","buffers":[1],"flags":["MSG_PEEK"],"returns":{"rc":0}}'],
  ['a flag with no name', '{"call":"WSPSend","socket":"A","buffers":[1],"flags":["0x10"],"returns":{"rc":0}}'],
  ['an option with no name', '{"call":"WSPSetSockOpt","socket":"A","name":"SO_NEW","value":true,"returns":{"rc":0}}'],
  [
    'an SO_LINGER',
    '{"call":"WSPSetSockOpt","socket":"A","name":"SO_LINGER","value":{"l_onoff":1,"l_linger":0,"x-why":""},"returns":{"rc":0}}',
  ],
  ['a type of socket with no name', '{"call":"WSPSocket","socket":"A","type":"SOCK_RAW","returns":{"rc":-1,"errno":"10044"}}'],
  ['an ioctl without a value', '{"call":"WSPIoctl","socket":"A","code":"SIO_FLUSH","returns":{"rc":0,"bytes":0}}'],
  ['an endless wait', '{"call":"SleepEx","timeout":4294967295,"returns":{"rc":0}}'],
  ['names of any text', '{"call":"WSPBind","socket":"","thread":"__proto__","returns":{"rc":0}}'],
  ['free fields', '{"x-at":1.5,"call":"WSPBind","socket":"A","returns":{"rc":0,"x-raw":[{"a":null}]}}'],
  ['a free field in a call of a routine', '{"begin":8,"call":"WSPSend","socket":"A","buffers":[1],"routine":[{"call":"SleepEx","x-":0}]}'],
  ['a routine on the main thread, unsaid', '{"routine":"leave","overlapped":"never seen"}'],
  ['white space', ' { "env" : "settle" } '],
  ['a carriage return at its end', '{"env":"settle"}\r'],
  ['letters of any script', '{"call":"WSPBind","socket":"Σ😀","returns":{"rc":0}}'],
];

export const acceptedSteps: Examples = [...oneOfEach, ...oddities];
