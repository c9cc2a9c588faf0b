/** Whole numbers from 0, a bit each: sets that are joined often. */

export interface NumberSet {
  has(n: number): boolean;
  add(n: number): void;
  delete(n: number): boolean;
  /** Take in another, and say whether anything of it is new. */
  join(other: NumberSet): boolean;
  /** Ascending. */
  [Symbol.iterator](): Iterator<number>;
  readonly words: Uint32Array;
}

/** An empty set. It grows with the largest number. */
export function numberSet(): NumberSet {
  let words = new Uint32Array(1);
  const reach = (length: number): void => {
    if (length <= words.length) return;
    const longer = new Uint32Array(Math.max(length, 2 * words.length));
    longer.set(words);
    words = longer;
  };
  return {
    get words() {
      return words;
    },
    has: (n) => ((words[n >>> 5] ?? 0) >>> (n & 31)) % 2 === 1,
    add(n) {
      reach((n >>> 5) + 1);
      words[n >>> 5]! |= 1 << (n & 31);
    },
    delete(n) {
      const bit = 1 << (n & 31);
      const word = words[n >>> 5] ?? 0;
      if ((word & bit) === 0) return false;
      words[n >>> 5] = word & ~bit;
      return true;
    },
    join({ words: others }) {
      reach(others.length);
      let isNew = 0;
      for (let i = 0; i < others.length; i++) {
        isNew |= others[i]! & ~words[i]!;
        words[i]! |= others[i]!;
      }
      return isNew !== 0;
    },
    *[Symbol.iterator]() {
      for (const [i, word] of words.entries())
        for (let rest = word; rest !== 0; rest &= rest - 1) yield i * 32 + 31 - Math.clz32(rest & -rest);
    },
  };
}
