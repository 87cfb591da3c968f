import type { Injection } from './requests.ts';

/**
 * The caller breaks its own side: it writes where an operation that is outstanding still reads, or gives its OVERLAPPED again. What happens
 * to that operation from there on is not judged; that everything else goes on as before still is.
 */
export const breaches = ['caller.writes.buffer', 'caller.writes.overlapped', 'caller.reuses'] as const;

export const isBreach = ({ inject }: Injection): boolean => (breaches as readonly string[]).includes(inject);

/** Once its own memory was changed under it, a provider may do anything, and its caller is to blame. */
export const mayCrash = (kind: string): boolean => kind === 'caller.writes.overlapped' || kind === 'caller.reuses';
