import { expect, it } from "vitest";
import { knownAnomalies, parseKnown, tellKnown } from "./known-anomalies.js";

const block = (...kinds: readonly string[]) => ({
  source: "rows.csv",
  whole: { columns: ["x", "kind"], cells: kinds.map((kind, i) => [String(i), kind]) },
});

it("tells rows of a kind from the others by their log-densities, over blocks", () => {
  const known = knownAnomalies([parseKnown("kind=odd"), parseKnown("kind = lost")]);
  known.add(block("odd", "usual", " lost "));
  known.add(block("usual", "usual"));
  // A row without a density is an anomaly beyond all others; of six pairs one is the wrong way about.
  const found = known.found(Float64Array.of(-5, -1, Number.NaN, -6, -2));
  expect(found).toMatchObject({ anomalies: 2, others: 3 });
  expect(found.area.value).toBeCloseTo(5 / 6, 12);
  expect(tellKnown(found)).toMatch(
    /^area under the ROC curve of 2 rows of kind=odd, kind=lost against 3 others: 0\.833/,
  );
});

it("says what is wrong", () => {
  for (const text of ["odd", "=odd", "kind="]) expect(() => parseKnown(text)).toThrow("such as class=9");
  const known = knownAnomalies([parseKnown("kin=odd")]);
  expect(() => known.add(block("odd"))).toThrow('rows.csv has no column kin, did you mean "kind"?; there are: x, kind');
  const none = knownAnomalies([parseKnown("kind=odd")]);
  none.add(block("usual", "usual"));
  expect(() => none.found(Float64Array.of(1, 2))).toThrow("no row of the file has kind=odd");
});
