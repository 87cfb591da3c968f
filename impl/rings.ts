/** The package's entry to the rings, and to our provider on them: in one thread, and between two. */

export { type OnRings, startOnRings } from './provider/onRings.ts';
export type { SendBuffer } from './provider/sockets.ts';
export { type MemoryOf, startOnThreads } from './provider/threads.ts';
export { Arena } from './ring/arena.ts';
export { ByteRing, type Gatherable, type Regions } from './ring/byteRing.ts';
export { RegisteredByteRing } from './ring/registeredByteRing.ts';
export { SharedApcQueue } from './ring/sharedApcQueue.ts';
export { SharedByteRing } from './ring/sharedByteRing.ts';
