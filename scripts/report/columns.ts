/** Columns of text: as wide as they need, with numbers at the right of theirs, and lines that fit a terminal. */

/** Of what is no terminal: a pipe, a file, a log. */
export const columnsDefault = 80;
const columnsLeast = 60;

/** The width to write for. */
export const widthOf = (stream: { readonly isTTY?: boolean; readonly columns?: number }): number =>
  stream.isTTY === true ? Math.max(columnsLeast, stream.columns ?? columnsDefault) : columnsDefault;

const isNumber = (text: string): boolean => /^[<>]?\d[\d,]*%?$|^\d+ of \d+$/.test(text);

export function columnsOf(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const isRight = head.map((_, at) => rows.length > 0 && rows.every((row) => isNumber(row[at]!)));
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]!.length)));
  const cell = (text: string, at: number): string => (isRight[at] ? text.padStart(widths[at]!) : text.padEnd(widths[at]!));
  return [head, ...rows].map((row) => row.map(cell).join('  ').trimEnd());
}

/** Cut where it does not fit. */
export const fitted = (text: string, width: number): string => (text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`);

/** Words on as many lines as they need, the ones after the first indented. */
export function wrapped(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  const [lead] = /^ */.exec(text)!;
  let line = lead;
  for (const word of text.slice(lead.length).split(' ')) {
    const longer = line.trim() === '' ? `${line}${word}` : `${line} ${word}`;
    if (longer.length <= width || line.trim() === '') line = longer;
    else {
      lines.push(line.trimEnd());
      line = `${indent}${word}`;
    }
  }
  return [...lines, line];
}
