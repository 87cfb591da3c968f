/** Reports as they come back from JSON: whole, of this version, and with numbers that add up, or not at all. */

import { strictJsonValue } from '../../model/winsock/strictJson.ts';
import { reportSchema, reportsSchema } from '../../properties/campaign/addsUp.ts';
import type { Report } from '../../properties/campaign/report.ts';
import { printable } from './printable.ts';

/** @throws RangeError that says what is wrong with it, and where. */
export function readReports(json: string): readonly Report[] {
  const read = strictValue(json);
  const isSeveral = typeof read === 'object' && read !== null && 'reports' in read;
  const parsed = isSeveral ? reportsSchema.safeParse(read) : reportSchema.safeParse(read);
  if (parsed.success) return 'reports' in parsed.data ? (parsed.data.reports as Report[]) : [parsed.data as Report];
  const { path, message } = parsed.error.issues[0]!;
  throw new RangeError(printable(`${path.join('.') || 'the report'}: ${message}`));
}

function strictValue(json: string): unknown {
  try {
    return strictJsonValue(json, 'it');
  } catch (error) {
    throw error instanceof RangeError ? new RangeError(printable(error.message)) : error;
  }
}
