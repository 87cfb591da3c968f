/** Reports as they come back from JSON: whole, of this version, and with numbers that add up, or not at all. */

import { reportSchema, reportsSchema } from '../../properties/campaign/addsUp.ts';
import type { Report } from '../../properties/campaign/report.ts';
import { printable } from './printable.ts';

/** @throws RangeError that says what is wrong with it, and where. */
export function readReports(json: string): readonly Report[] {
  let read: unknown;
  try {
    read = JSON.parse(json);
  } catch (error) {
    throw new RangeError(`it is no JSON: ${error instanceof Error ? printable(error.message) : ''}`);
  }
  const isSeveral = typeof read === 'object' && read !== null && 'reports' in read;
  const parsed = isSeveral ? reportsSchema.safeParse(read) : reportSchema.safeParse(read);
  if (parsed.success) return 'reports' in parsed.data ? (parsed.data.reports as Report[]) : [parsed.data as Report];
  const { path, message } = parsed.error.issues[0]!;
  throw new RangeError(printable(`${path.join('.') || 'the report'}: ${message}`));
}
