/** The navigation: the ways into the book, in the order in which a reader meets them. What few look for is at the foot of the page. */

export const parts = [
  { name: 'page', title: 'The page', path: 'index.html' },
  { name: 'explorer', title: 'Explorer', path: 'explorer.html' },
  { name: 'set', title: 'Judge a trace', path: 'set.html' },
  { name: 'questions', title: 'Questions', path: 'questions.html' },
  { name: 'codes', title: 'Codes', path: 'codes.html' },
  { name: 'rulings', title: 'Rulings', path: 'rulings.html' },
  { name: 'stacks', title: 'Stacks', path: 'stacks.html' },
  { name: 'format', title: 'Trace format', path: 'format.html' },
  { name: 'search', title: 'Search', path: 'search.html' },
] as const satisfies readonly Part[];

export const footParts = [
  { name: 'machines', title: 'Machines', path: 'machines.html' },
  { name: 'tests', title: 'Generated tests', path: 'tests.html' },
  { name: 'mutants', title: 'Mutants', path: 'mutants.html' },
  { name: 'editions', title: 'Editions', path: 'editions.html' },
  { name: 'dispute', title: 'Dispute a verdict', path: 'dispute.html' },
  { name: 'versions', title: 'Versions', path: 'versions.html' },
  { name: 'names', title: 'Index', path: 'names.html' },
] as const satisfies readonly Part[];

interface Part {
  readonly name: string;
  readonly title: string;
  readonly path: string;
}

export type PartName = (typeof parts)[number]['name'] | (typeof footParts)[number]['name'];
