/** The navigation: the ways into the book, in the order in which a reader meets them. */

export const parts = [{ name: 'page', title: 'The page', path: 'index.html' }] as const satisfies readonly {
  name: string;
  title: string;
  path: string;
}[];

export type PartName = (typeof parts)[number]['name'];
