/** The number behind one of Winsock's names, or behind its decimal form; undefined when the vocabulary has neither. */
export const numberOf = (vocabulary: Readonly<Record<string, number>>, name: string): number | undefined =>
  Object.hasOwn(vocabulary, name) ? vocabulary[name] : /^\d{1,10}$/.test(name) ? Number(name) : undefined;
