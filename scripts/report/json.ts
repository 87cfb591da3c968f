/** The report itself, for programs: one JSON object. */

import type { Report } from '../../properties/campaign/report.ts';

export const renderJson = (report: Report): string => `${JSON.stringify(report)}\n`;
