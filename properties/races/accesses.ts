/** The order in which code accesses shared words, to be held against that of a model. */

type Names = Readonly<Record<number, string>>;

/** The accesses that `run` makes through Atomics, in order, with the words called by name. Parking ends at once, as if the time were up. */
export const accessesTo = (words: Names, sleepers: Names, run: () => void): string[] => {
  const accesses: string[] = [];
  const { load, store, compareExchange, notify, wait } = Atomics;
  Object.assign(Atomics, {
    load: (array: Int32Array, index: number) => {
      const value = load(array, index);
      accesses.push(`loads ${words[index]}=${value}`);
      return value;
    },
    store: (array: Int32Array, index: number, value: number) => {
      accesses.push(`stores ${words[index]}=${value}`);
      return store(array, index, value);
    },
    compareExchange: (array: Int32Array, index: number, expected: number, value: number) => {
      const found = compareExchange(array, index, expected, value);
      accesses.push(`exchanges ${words[index]}=${found}`);
      return found;
    },
    notify: (_array: Int32Array, index: number) => {
      accesses.push(`notifies ${sleepers[index]}`);
      return 0;
    },
    wait: () => {
      accesses.push('parks');
      return 'timed-out';
    },
  });
  try {
    run();
  } finally {
    Object.assign(Atomics, { load, store, compareExchange, notify, wait });
  }
  return accesses;
};
