/** Every row of the benchmark, in the order in which they are run. A family of rows is a file of its own. */

import { byteRingRows } from './byteRing.row.ts';
import { growthRows } from './growth.row.ts';
import { modelRows } from './model.row.ts';
import type { Row } from './row.ts';
import { sendRows } from './send.row.ts';
import { threadRows } from './threads.row.ts';

export const rows: readonly Row[] = [...byteRingRows, ...sendRows, ...threadRows, ...modelRows, ...growthRows];
