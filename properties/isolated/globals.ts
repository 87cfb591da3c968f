/**
 * What a provider shares with the harness: the functions of the language. One that changes them changes what the harness sees, so that no
 * answer after that means anything.
 */

interface Kept {
  readonly name: string;
  readonly owner: Record<PropertyKey, unknown>;
  readonly key: PropertyKey;
  readonly value: unknown;
}

const owners: Readonly<Record<string, object>> = {
  Array,
  'Array.prototype': Array.prototype,
  'ArrayBuffer.prototype': ArrayBuffer.prototype,
  Buffer,
  'Error.prototype': Error.prototype,
  'Function.prototype': Function.prototype,
  JSON,
  'Map.prototype': Map.prototype,
  Math,
  Number,
  Object,
  'Object.prototype': Object.prototype,
  Promise,
  'Promise.prototype': Promise.prototype,
  Reflect,
  'Set.prototype': Set.prototype,
  String,
  'String.prototype': String.prototype,
  Symbol,
  'TypedArray.prototype': Object.getPrototypeOf(Uint8Array.prototype) as object,
  'WeakMap.prototype': WeakMap.prototype,
};
const globals = [
  'Array',
  'Buffer',
  'Error',
  'JSON',
  'Map',
  'Math',
  'Number',
  'Object',
  'Promise',
  'Reflect',
  'Set',
  'String',
  'Symbol',
  'Uint8Array',
];

/**
 * Remembers all of it as it is now, and gives back what names the first function that was changed since. That one is called after every
 * request, and uses nothing that a provider could have changed.
 */
export function rememberGlobals(): () => string | undefined {
  const { ownKeys } = Reflect;
  const kept: Kept[] = globals.map((key) => ({ name: key, owner: globalThis, key, value: (globalThis as Kept['owner'])[key] }));
  for (const [name, owner] of Object.entries(owners)) {
    for (const key of ownKeys(owner)) {
      const { value } = Reflect.getOwnPropertyDescriptor(owner, key)!;
      if (typeof value === 'function') kept.push({ name: `${name}.${String(key)}`, owner: owner as Kept['owner'], key, value });
    }
  }
  const [inAll, inLists] = [ownKeys(Object.prototype).length, ownKeys(Array.prototype).length];
  return () => {
    for (let at = 0; at < kept.length; at++) {
      const { name, owner, key, value } = kept[at]!;
      if (owner[key] !== value) return name;
    }
    if (ownKeys(Object.prototype).length !== inAll) return 'Object.prototype';
    return ownKeys(Array.prototype).length === inLists ? undefined : 'Array.prototype';
  };
}
