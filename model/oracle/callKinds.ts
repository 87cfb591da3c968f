/** Which call it is that has begun. */

import type { BegunCall, WSPGetOverlappedResultCall, WSPSendCall } from '../winsock/trace.ts';

export const isSend = (call: BegunCall): call is WSPSendCall & { begin: number } => call.call === 'WSPSend';
export const isResult = (call: BegunCall): call is WSPGetOverlappedResultCall & { begin: number } => call.call === 'WSPGetOverlappedResult';
