import { expect, it } from "vitest";
import { tensor } from "../util/tensor.js";
import { leastLikely } from "./least-likely.js";

it("keeps the rows of highest energy, whatever blocks they come in, of equal ones the earlier", () => {
  const energies = [3, 1, Number.POSITIVE_INFINITY, 4, 1, 5, Number.NaN, 2, 6, 5, 3, 5];
  const rows = Float64Array.from(energies, (_, i) => i);
  const order = [8, 5, 9, 11, 3, 0, 10, 7, 1, 4];
  for (const most of [0, 1, 3, 4, 20])
    for (let size = 1; size <= energies.length; size++) {
      const least = leastLikely(most, 1);
      for (let at = 0; at < energies.length; at += size) {
        const own = rows.slice(at, at + size);
        least.add(Float64Array.from(energies.slice(at, at + size)), tensor(own, [own.length, 1]));
      }
      const found = least.found();
      expect(found.indices).toEqual(order.slice(0, most));
      expect([...found.rows.data]).toEqual(found.indices);
    }
});
