/** Where each thing of the book has its page. */

export const clausePath = (id: string): string => `clauses/${id.replace(':', '-')}.html`;
export const rulingPath = (id: string): string => `rulings/${id}.html`;
export const codePath = (code: string): string => `codes/${code}.html`;
export const questionPath = (id: string): string => `questions/${id}.html`;
/** A rule stands on the page of its machine. */
export const rulePath = (id: string): string => `machines/${id.slice(0, id.indexOf('.'))}.html#${ruleAnchor(id)}`;
export const ruleAnchor = (id: string): string => id.slice(id.indexOf('.') + 1).replace('#', '-');
/** The mutants that break a clause before any other. */
export const mutantsOfPath = (id: string): string => `mutants/${id.replace(':', '-')}.html`;
export const mutantPath = ({ name, clauses: [first] }: { readonly name: string; readonly clauses: readonly string[] }): string =>
  `${first === undefined ? 'mutants.html' : mutantsOfPath(first)}#${mutantAnchor(name)}`;
export const mutantAnchor = (name: string): string => name.replaceAll(/[^\w.-]+/g, '-');
export const propertyPath = (name: string): string => `mutants.html#property-${name}`;
export const deviationPath = (stack: string, at: number): string => `${stackPath(stack)}#deviation-${at + 1}`;
export const stackPath = (stack: string): string => `stacks/${slugOf(stack)}.html`;
/** A name as part of a path. */
export const slugOf = (name: string): string => name.toLowerCase().replaceAll(' ', '-');
/** A generated test: a vector, or a path of a tour. */
export const generatedPath = (test: string): string =>
  test.startsWith('vectors/') ? `tests/vectors.html#${test.slice('vectors/'.length)}` : `tests/${test.replace('/', '.html#')}`;
/** A sentence of the page, in the list of all of them. */
export const placeAnchor = ({ section, paragraph, sentence }: { section: string; paragraph: number; sentence: number }): string =>
  `${section.replaceAll(' ', '-')}-${paragraph}-${sentence}`;
