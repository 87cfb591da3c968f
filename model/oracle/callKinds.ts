/** Which call it is. */

import type { CallStep, WSPGetOverlappedResultCall, WSPSendCall } from '../winsock/trace.ts';

export const isSend = <C extends CallStep>(call: C): call is C & WSPSendCall => call.call === 'WSPSend';
export const isResult = <C extends CallStep>(call: C): call is C & WSPGetOverlappedResultCall => call.call === 'WSPGetOverlappedResult';
