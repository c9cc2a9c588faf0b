import { catalog } from "ebbflow/catalog";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { essentialOf } from "./essential.js";
import { boundsOf, fieldOf, readText, showValue, stepOf, wordsOfName } from "./field.js";
import { LEAST, sharesOf, withShare } from "./shares.js";

const optionOf = (set: "datasets" | "energies" | "flows" | "objectives" | "config", member: string, name: string) =>
  catalog()
    [set].find((m) => m.name === member)!
    .options.find((o) => o.name === name)!;

describe("a field", () => {
  it.each([
    ["objectives", "balanced", "localSteps", { kind: "number", integer: true, low: 1, high: 1000, nullable: false }],
    ["objectives", "balanced", "jumps", { kind: "switch", nullable: false }],
    ["objectives", "balanced", "replay", { kind: "number", integer: true, low: 0, high: null, nullable: true }],
    ["energies", "neural", "hidden", { kind: "numbers", length: null, single: false, nullable: false }],
    ["energies", "tilted", "range", { kind: "numbers", length: 2, single: false, nullable: false }],
    ["energies", "tilted", "network", { kind: "json", nullable: true }],
    ["datasets", "two-modes", "variance", { kind: "numbers", length: 2, single: true, nullable: false }],
    [
      "datasets",
      "eight-gaussians",
      "weights",
      {
        kind: "either",
        words: ["equal", "linear"],
        other: { kind: "numbers", length: 8, single: false, nullable: false },
        nullable: false,
      },
    ],
    ["config", "run", "data.standardize", { kind: "choice", values: [true, false, "together"], nullable: false }],
  ] as const)("of %s %s %s is by its schema", (set, member, name, field) => {
    expect(fieldOf(optionOf(set, member, name).schema)).toEqual(field);
  });

  it("gives back every default that it shows", () => {
    for (const set of ["datasets", "energies", "flows", "objectives", "optimizers"] as const)
      for (const { name: member, options } of catalog()[set])
        for (const { name, schema, default: usual } of options) {
          const field = fieldOf(schema);
          const own = field.kind === "either" && typeof usual !== "string" ? field.other : field;
          const read = readText(own, showValue(usual));
          expect(read, `${set} ${member} ${name}`).toEqual(usual ?? undefined);
        }
  });

  it("leaves what is no value as it is, for the library to say so", () => {
    const number = fieldOf({ type: "number" });
    const numbers = fieldOf({ type: "array", items: { type: "integer" } });
    expect(["", "1e-3", "x"].map((text) => readText(number, text))).toEqual([undefined, 1e-3, "x"]);
    expect(["64 64", "[8]", "a, 2", "3,"].map((text) => readText(numbers, text))).toEqual([[64, 64], [8], "a, 2", [3]]);
  });

  it("steps by a digit of what is usual", () => {
    const field = fieldOf({ type: "number", exclusiveMinimum: 0 }) as never;
    expect([0.005, 0.1, 2, 20, null].map((usual) => stepOf(field, usual))).toEqual([0.001, 0.01, 1, 10, 0.1]);
    expect(stepOf(fieldOf({ type: "number", minimum: 0, maximum: 1 }) as never, 0)).toBe(0.01);
    expect(stepOf(fieldOf({ type: "integer" }) as never, 256)).toBe(1);
  });

  it("says bounds and names in words", () => {
    expect(boundsOf(fieldOf({ type: "integer", minimum: 1, maximum: 64 }))).toBe("1 to 64");
    expect(boundsOf(fieldOf({ type: "number", exclusiveMinimum: 0 }))).toBe("above 0");
    expect(["localSteps", "optimizer.energy.beta1", "data.points"].map(wordsOfName)).toEqual([
      "local steps",
      "beta 1",
      "points",
    ]);
  });

  it("shows a few options of every member first", () => {
    for (const set of ["datasets", "energies", "flows", "objectives"] as const)
      for (const { name, options } of catalog()[set]) {
        const first = essentialOf(options);
        expect(first.length > 0 || options.length === 0, name).toBe(true);
        expect(first.length, name).toBeLessThanOrEqual(9);
      }
  });
});

describe("shares", () => {
  it("add up to 1 and keep what the others are to one another", () => {
    const weights = fc.array(fc.double({ min: 0.05, max: 1, noNaN: true }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(weights, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(7), (given, share, k) => {
        const at = k % given.length;
        const shares = withShare(sharesOf(given), at, share);
        expect(Math.abs(shares.reduce((sum, w) => sum + w, 0) - 1)).toBeLessThan(given.length * LEAST);
        expect(Math.min(...shares)).toBeGreaterThan(0);
        if (share > 0.1 && share < 0.5) expect(shares[at]).toBeCloseTo(share, 3);
      }),
    );
    expect(withShare([0.5, 0.3, 0.2], 0, 0.75)).toEqual([0.75, 0.15, 0.1]);
  });
});
