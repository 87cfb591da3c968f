import type { Fault } from '../../../impl/foreign/naive/faults.ts';

/** What the page alone, read literally, does not forbid; the sibling pages do. */
export const pageSilent: ReadonlySet<Fault> = new Set<Fault>(['close-silent', 'close-loses', 'no-eof']);
