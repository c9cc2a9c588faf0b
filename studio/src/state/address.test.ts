import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ownNames, readAddress, type StudioState, shown, writeAddress } from "./address.js";
import { flatten, nest, valueAt, withValue } from "./dotted.js";
import { opening } from "./opening.js";
import { DRAWN, readRows, tableOfDrawn, writeRows } from "./rows-text.js";

const name = fc.stringMatching(/^[a-z][A-Za-z0-9-]{0,8}$/).filter((text) => text !== "b" && text !== "rows");
const value = fc.oneof(
  fc.boolean(),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((v) => v + 0),
  fc.constant(null),
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("true", "1", "null", "[1]", "", "a=b&c", "#x", "1e5", '"q"', " "),
  fc.array(fc.integer(), { maxLength: 3 }),
);
const config = fc.dictionary(name, fc.oneof(value, fc.dictionary(name, value, { minKeys: 1, maxKeys: 3 })), {
  minKeys: 1,
  maxKeys: 5,
});
const state: fc.Arbitrary<StudioState> = fc.record(
  {
    runs: fc.array(
      config.map((c) => ({ config: c })),
      { minLength: 1, maxLength: 2 },
    ),
    show: fc.constantFrom(...shown),
    layers: fc.subarray(["data", "chains", "forces"]),
    box: fc.constant([
      [-1.5, 2],
      [0.25, 3],
    ] as const),
    beside: fc.constant(true),
    line: fc.constant([-1, 0.5, 2, 0.5] as const),
    drops: fc.constant([0.5, -1, 2, 0.25]),
    kernel: fc.constantFrom("mala", "flow-mc"),
    stepSize: fc.constant(0.0125),
    panels: fc.subarray(["weights", "verdict", "health"]),
    curves: fc.subarray(["energyGap", "gradientNorm.energy"]),
    plot: fc.record({ logSteps: fc.boolean(), logValues: fc.boolean(), smooth: fc.nat({ max: 500 }) }),
    chapter: fc.constantFrom("energy", "uses"),
    embed: fc.constant(true),
    play: fc.constant(true),
    unlinked: fc.constant(true),
    folders: fc.subarray(["a run", "b,c", "ü&="]),
    hidden: fc.subarray(["a run", "b,c"]),
    overTime: fc.constant(true),
    allKeys: fc.constant(true),
    question: fc.constantFrom("choose", "runs/mine/", "b.training", "file:a b.ebbflow", "https://a.org/m?x=1&y=2"),
    pair: fc.constantFrom(["a, b", "c"], ["x1", "größe %"]),
    at: fc.nat({ max: 1e6 }),
    ownScale: fc.constant(true),
    draws: fc.integer({ min: 1, max: 100_000 }),
    where: fc.constantFrom("species=Adelie, bill>45", "a<=1"),
    ofClass: fc.constantFrom("Gentoo", "3"),
    drawSeed: fc.integer({ min: 1, max: 1000 }),
    row: fc.array(fc.string({ unit: "grapheme" }), { minLength: 1, maxLength: 4 }),
  },
  { requiredKeys: ["runs", "show", "layers"] },
);
/** Names that the address keeps for itself are no keys of a configuration. */
const own = new Set(ownNames);
const fits = ({ runs }: StudioState): boolean =>
  runs.every((run) => Object.keys(run.config).every((key) => !own.has(key)));

describe("an address", () => {
  it("gives back the state that was written", () => {
    fc.assert(
      fc.property(state.filter(fits), (given) => {
        const read = readAddress(`#${writeAddress(given)}`, opening);
        expect(read.problems).toEqual([]);
        expect(read.state).toEqual(given);
      }),
    );
  });

  it("has rows that were drawn once, and of a file its name", () => {
    const drawn = tableOfDrawn(Float64Array.of(0, 0, 1, 2, 0, 2));
    const other = tableOfDrawn(Float64Array.of(-1, 0, 1, 2));
    const config = { data: { file: DRAWN } };
    const read = (...runs: StudioState["runs"]) => readAddress(writeAddress({ ...opening, runs }), opening).state.runs;
    for (const runs of [
      [{ config, table: drawn }],
      [
        { config, table: drawn },
        { config, table: drawn },
      ],
      [
        { config, table: drawn },
        { config, table: other },
      ],
    ])
      expect(read(...runs)).toEqual(runs);
    expect(
      writeAddress({ ...opening, runs: [0, 1].map(() => ({ config, table: drawn })) }).match(/rows=/g),
    ).toHaveLength(1);
    const file = { config: { data: { file: "iris.csv" } } };
    const { drawn: _, ...table } = drawn;
    expect(read({ ...file, table })).toEqual([file]);
  });

  it("may have rows alone, which take the place of a data set and not of one that is named", () => {
    const table = tableOfDrawn(Float64Array.of(0, 0, 1, 2, 0, 2));
    const rows = `rows=${writeRows(table)}`;
    const config = { data: { file: DRAWN } };
    expect(readAddress(`#${rows}`, opening)).toMatchObject({ problems: [], state: { runs: [{ config, table }] } });
    const seeded = readAddress(`#seed=2&${rows}&data.standardize=false`, opening).state.runs;
    expect(seeded).toEqual([{ config: { seed: 2, data: { standardize: false, file: DRAWN } }, table }]);
    const both = readAddress(`#data.dataset=moons&${rows}`, opening);
    expect(both.problems).toEqual([expect.stringMatching(/names the data set moons/)]);
    expect(both.state.runs).toEqual([{ config: { data: { dataset: "moons" } } }]);
  });

  it("is the opening scene where it is empty", () => {
    for (const hash of ["", "#"]) expect(readAddress(hash, opening)).toEqual({ state: opening, problems: [] });
  });

  it("reads what people write by hand", () => {
    const { state: read } = readAddress("#data.dataset=moons&objective.name=nce&seed=3&energy.hidden=[32,32]", opening);
    expect(read.runs).toEqual([
      { config: { data: { dataset: "moons" }, objective: { name: "nce" }, seed: 3, energy: { hidden: [32, 32] } } },
    ]);
    expect([read.show, read.layers]).toEqual([opening.show, opening.layers]);
  });

  it("says what it cannot read, and leaves it out", () => {
    const { state: read, problems } = readAddress(
      "#seed=1&show=lies&box=1,0,2&line=1,1,1,1&embed=yes&drops=1,2,3&stepSize=-1&plot=log&rows=0,1,0,1;%%%",
      opening,
    );
    expect(problems).toHaveLength(8);
    expect(read.show).toBe(opening.show);
    expect(read.box).toBeUndefined();
    expect(read.runs).toEqual([{ config: { seed: 1 } }]);
  });
});

describe("rows in an address", () => {
  it("come back to a 65,000th of their range", () => {
    const numbers = fc.double({ min: -1e3, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(numbers, numbers), { minLength: 1, maxLength: 50 }), (pairs) => {
        const data = Float64Array.from(pairs.flat());
        const read = readRows(writeRows({ source: "", columns: ["x1", "x2"], data }))!;
        // Ends of a range are written with six digits.
        for (const [i, v] of data.entries())
          expect(Math.abs(read.data[i]! - v)).toBeLessThanOrEqual(2000 / 65535 + 0.01);
      }),
    );
  });

  it.each(["", "1,2", "0,1,0,1;", "0,1,0;AAAA", "0,1,0,1;AAA"])("are none where they are damaged: %j", (text) => {
    expect(readRows(text)).toBeNull();
  });
});

describe("dotted keys", () => {
  it("are the configuration, flat", () => {
    fc.assert(
      fc.property(config, (given) => {
        expect(nest(flatten(given))).toEqual(given);
      }),
    );
  });

  it("are read and written one by one", () => {
    const given = { objective: { name: "cd", localSteps: 3 }, seed: 1 };
    expect(valueAt(given, "objective.localSteps")).toBe(3);
    expect(valueAt(given, "objective.missing.more")).toBeUndefined();
    expect(withValue(given, "objective.localSteps", 9)).toEqual({ objective: { name: "cd", localSteps: 9 }, seed: 1 });
    expect(withValue(given, "objective", undefined)).toEqual({ seed: 1 });
    expect(given.objective.localSteps).toBe(3);
  });
});
