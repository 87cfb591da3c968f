/** Reports themselves, for programs: one JSON object. */

import type { Report } from '../../properties/campaign/report.ts';

export const renderJson = (...reports: readonly Report[]): string =>
  `${JSON.stringify(reports.length === 1 ? reports[0] : { wspsend: 'reports/2', reports })}\n`;
