import { createColors } from 'picocolors';

/** What a person at a terminal sees. */

/** Colours for a person at a terminal, and none for a pipe, for a file, or where NO_COLOR is set. */
export const coloursOf = (stream: { readonly isTTY?: boolean }) => createColors(stream.isTTY === true && !process.env.NO_COLOR);

export type Colours = ReturnType<typeof coloursOf>;

export const printLine = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
