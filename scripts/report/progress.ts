/** How far a long run has come, on standard error, and only where a person watches. */

/** Redrawing more often than this shows nothing new and costs time. */
const redrawMsMin = 100;
const barWidth = 30;

/** What a terminal must offer; `process.stderr` does. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface Progress {
  /** `done` of `total`, and in a word what is going on. */
  show(done: number, total: number, what: string): void;
  /** Takes the bar away, so that the report starts on an empty line. */
  end(): void;
}

const silent: Progress = { show: () => {}, end: () => {} };

export const progressOn = (stream: ProgressStream, now: () => number = Date.now): Progress => {
  if (stream.isTTY !== true) return silent;
  let drawnAt = Number.NEGATIVE_INFINITY;
  return {
    show(done, total, what) {
      if (now() - drawnAt < redrawMsMin) return;
      drawnAt = now();
      const share = total > 0 ? Math.min(1, done / total) : 0;
      const filled = Math.round(share * barWidth);
      const text = `[${'='.repeat(filled)}${' '.repeat(barWidth - filled)}] ${Math.floor(share * 100)} % ${what}`;
      // A line that wraps would leave its first half behind.
      stream.write(`\r\x1b[K${text.slice(0, (stream.columns ?? 80) - 1)}`);
    },
    end() {
      if (drawnAt !== Number.NEGATIVE_INFINITY) stream.write('\r\x1b[K');
    },
  };
};
