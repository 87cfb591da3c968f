/** Things under their name, the oldest first. */

interface Named {
  readonly name: string;
}

export function addByName<T extends Named>(byName: Map<string, T[]>, thing: T): void {
  const others = byName.get(thing.name);
  if (others === undefined) byName.set(thing.name, [thing]);
  else others.push(thing);
}

export function deleteByName<T extends Named>(byName: Map<string, T[]>, thing: T): void {
  const others = byName.get(thing.name)?.filter((other) => other !== thing);
  if (others === undefined || others.length === 0) byName.delete(thing.name);
  else byName.set(thing.name, others);
}
