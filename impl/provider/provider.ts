/**
 * wspsend's own Winsock provider as a module: `WSPStartup` gives the table of a new provider, `world` what stands behind the
 * one that was started last. The peers are simulated; threads.ts puts the same provider before a peer on another thread.
 */

import { moduleWith } from './startup.ts';

export const { WSPStartup, world } = moduleWith({});
