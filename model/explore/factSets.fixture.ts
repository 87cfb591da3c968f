/** No fact, each alone, all, and all but each: where a guard that names facts can turn. */
export const setsOf = (facts: readonly string[]): (readonly string[])[] => [
  [],
  facts,
  ...facts.map((fact) => [fact]),
  ...facts.map((fact) => facts.filter((other) => other !== fact)),
];
