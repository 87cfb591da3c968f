/** Columns as wide as they need; numbers stand at the right of theirs. */
export function columnsOf(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]!.length)));
  const cell = (text: string, at: number): string => (/^\d+$/.test(text) ? text.padStart(widths[at]!) : text.padEnd(widths[at]!));
  return [head, ...rows].map((row) => row.map(cell).join('  ').trimEnd());
}
