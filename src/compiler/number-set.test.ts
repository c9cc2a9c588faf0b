import fc from "fast-check";
import { expect, it } from "vitest";
import { numberSet } from "./number-set.js";

it("is a set of numbers", () => {
  const numbers = fc.array(fc.nat(200), { maxLength: 40 });
  fc.assert(
    fc.property(numbers, numbers, numbers, (added, deleted, joined) => {
      const [mine, other] = [numberSet(), numberSet()];
      const [theirs, another] = [new Set(added), new Set(joined)];
      for (const n of added) mine.add(n);
      for (const n of joined) other.add(n);
      for (const n of deleted) expect(mine.delete(n)).toBe(theirs.delete(n));
      expect(mine.join(other)).toBe(joined.some((n) => !theirs.has(n)));
      const all = new Set([...theirs, ...another]);
      expect([...mine]).toEqual([...all].sort((a, b) => a - b));
      expect(Array.from({ length: 300 }, (_, n) => mine.has(n))).toEqual(
        Array.from({ length: 300 }, (_, n) => all.has(n)),
      );
    }),
  );
});
