import { type TraceHeader, traceVersion } from '../../model/winsock/trace.ts';

/** Of a trace in which every upcall of the provider stands. */
export const spiHeader: TraceHeader = { wspsend: traceVersion, side: 'spi' };
