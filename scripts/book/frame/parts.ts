/** The navigation: the ways into the book, in the order in which a reader meets them. */

export const parts = [
  { name: 'page', title: 'The page', path: 'index.html' },
  { name: 'explorer', title: 'Explorer', path: 'explorer.html' },
  { name: 'set', title: 'Judge a trace', path: 'set.html' },
  { name: 'questions', title: 'Questions', path: 'questions.html' },
  { name: 'codes', title: 'Codes', path: 'codes.html' },
  { name: 'rulings', title: 'Rulings', path: 'rulings.html' },
  { name: 'stacks', title: 'Stacks', path: 'stacks.html' },
  { name: 'machines', title: 'Machines', path: 'machines.html' },
  { name: 'tests', title: 'Tests', path: 'tests.html' },
  { name: 'format', title: 'Trace format', path: 'format.html' },
  { name: 'about', title: 'Disputes', path: 'dispute.html' },
  { name: 'search', title: 'Search', path: 'search.html' },
] as const satisfies readonly {
  name: string;
  title: string;
  path: string;
}[];

export type PartName = (typeof parts)[number]['name'];
