/** The forms of a report. Several reports, of several campaigns, stand side by side where a form has a place for that. */

import type { Report } from '../../properties/campaign/report.ts';
import { renderHtml } from './html.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderTable } from './table.ts';
import { renderTap } from './tap.ts';
import { renderText, type TextOptions } from './text.ts';

export const reporters = ['text', 'json', 'junit', 'html', 'tap'] as const;
export type Reporter = (typeof reporters)[number];

export const render = (reporter: Reporter, reports: readonly [Report, ...Report[]], options: TextOptions): string => {
  switch (reporter) {
    case 'text':
      return reports.length === 1 ? renderText(reports[0], options) : renderTable(reports, options);
    case 'json':
      return renderJson(...reports);
    case 'junit':
      return renderJunit(...reports);
    case 'html':
      return renderHtml(...reports);
    case 'tap':
      return renderTap(...reports);
  }
};
