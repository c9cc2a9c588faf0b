import { expect, it } from "vitest";
import { makeKey } from "./key.js";
import { rotation } from "./rotation.js";

it.each([1, 2, 7, 48])("has rows of length 1 that are orthogonal, in %d dimensions", (d) => {
  const rows = rotation(makeKey(d), d);
  for (const [i, a] of rows.entries())
    for (const [j, b] of rows.entries())
      expect(a.reduce((s, v, k) => s + v * b[k]!, 0)).toBeCloseTo(i === j ? 1 : 0, 13);
  expect(rotation(makeKey(d), d)).toEqual(rows);
  if (d > 1) expect(rotation(makeKey(d + 1), d)).not.toEqual(rows);
});
