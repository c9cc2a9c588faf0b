import { describe, expect, it } from "vitest";
import { type Energy, type EnergyParts, makeEnergy } from "../energies/energy.js";
import { gaussian, gaussianEnergy } from "../energies/gaussian.js";
import { ising } from "../energies/ising.js";
import { mixture } from "../energies/mixture.js";
import { neural } from "../energies/neural.js";
import { potts } from "../energies/potts.js";
import { rbm } from "../energies/rbm.js";
import { tilted } from "../energies/tilted.js";
import type { Expr } from "../ir/expr.js";
import * as ops from "../ops/index.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { InputError, ShapeError } from "../util/errors.js";
import { type FloatTensor, tensor } from "../util/tensor.js";
import type { Finding } from "./check.js";
import { type DoctorOptions, doctor } from "./doctor.js";
import * as checks from "./members.js";

const key = makeKey(11);
const examine = (energy: Energy, options: Partial<DoctorOptions> = {}) => doctor({ energy, key, ...options });

/** An energy of points of two numbers. */
const make = (energy: (x: Expr) => Expr, more: Partial<EnergyParts> = {}): Energy =>
  makeEnergy({ event: [2], energy, ...more });

const bowl = (x: Expr): Expr => ops.mul(0.5, ops.sum(ops.square(x), 1));
const total = (x: Expr): Expr => ops.sum(x, 1);
const column = (x: Expr, j: number): Expr => ops.reshape(ops.slice(x, 1, j, j + 1), [x.shape[0]!]);
const first = (x: Expr): Expr => column(x, 0);
const batchMean = (x: Expr): Expr => ops.broadcastTo(ops.mean(x, 0), x.shape);

/** Parameters drawn at a size that makes a network far from zero. */
const random = ({ layout }: Energy, name: string): FloatTensor =>
  tensor(normal(fold(key, name), [layout.size]).data.map((v) => 0.3 * v));

describe("healthy energies", () => {
  const network = tilted({ hidden: [32, 32] }, { event: [3] });
  const rows = normal(fold(key, "rows"), [200, 3]);
  const healthy: readonly (readonly [name: string, energy: Energy, options: Partial<DoctorOptions>])[] = [
    ["a Gaussian", gaussian({ mean: 3, standardDeviation: [1, 2] }, { event: [2] }), {}],
    ["a Gaussian of images", gaussianEnergy([4, 4], 0, 1), {}],
    ["a scalar Gaussian", gaussianEnergy([], 0, 1), {}],
    [
      "a mixture",
      mixture(
        {
          means: [
            [-1, 0],
            [1, 1],
          ],
        },
        { event: [2] },
      ),
      {},
    ],
    ["a tilted network with random parameters", network, { params: random(network, "tilted") }],
    ["the same at given points", network, { params: random(network, "tilted"), points: rows }],
    ["a tilted network as it starts", network, {}],
    ["a Student's law", make((x) => ops.mul(3.5, ops.log(ops.add(1, ops.mul(0.2, ops.sum(ops.square(x), 1)))))), {}],
    ["a spin lattice", ising({}, { event: [4, 4] }), {}],
    ["a lattice of colours", potts({}, { event: [2, 2, 3] }), {}],
    ["a restricted Boltzmann machine", rbm({}, { event: [6] }), {}],
  ];

  it.each(healthy)("%s", async (_, energy, options) => {
    const { healthy, findings, text } = await examine(energy, options);
    expect(findings.filter(({ level }) => level !== "ok")).toEqual([]);
    expect(healthy).toBe(true);
    expect(text).toMatch(/\nHealthy\.$/);
    const applicable = energy.support.kind === "real" ? 10 : 6;
    expect(findings.length).toBe(applicable);
    for (const { what, advice } of findings) {
      expect(what).not.toMatch(/NaN|undefined|null/);
      expect(advice).toBeNull();
    }
  });
});

interface Fault {
  readonly name: string;
  readonly energy: Energy;
  readonly options?: Partial<DoctorOptions>;
  /** Everything that is not ok: `level check`, and what is said of it. */
  readonly found: Readonly<Record<string, RegExp>>;
}

const faults: readonly Fault[] = [
  {
    name: "throws",
    energy: make((x) => ops.add(bowl(x), ops.reshape(x, [3]))),
    found: { "bad runs": /does not run: reshape: / },
  },
  {
    name: "throws something else in a batch of one",
    energy: make((x) => ops.add(bowl(x), ops.slice(ops.constant(tensor(new Float32Array(64))), 0, 0, x.shape[0]! - 1))),
    found: { "bad runs": /does not run: add: / },
  },
  {
    name: "returns a number for each coordinate",
    energy: make(ops.square),
    found: { "bad runs": /returned \(64, 2\), expected one number a point, \(64\)/ },
  },
  {
    name: "returns integers",
    energy: make((x) => ops.argmax(x, 1)),
    found: { "bad runs": /the energy is int64, expected floating-point numbers/ },
  },
  {
    name: "runs in float64 only",
    energy: make((x) => bowl(ops.add(x, ops.constant(tensor(Float64Array.of(1, 2), [1, 2]))))),
    found: { "warn runs": /in float64 only; in float32: add: operands are float32/ },
  },
  {
    name: "takes the logarithm of negative numbers",
    energy: make((x) => ops.add(bowl(x), ops.log(first(x)))),
    found: { "bad finite": /E is NaN at \d+ of 192 points, first at x = \(-\d/ },
  },
  {
    name: "has an infinite density",
    energy: make((x) => ops.log(ops.sum(ops.square(x), 1)), {
      exact: { logZ: 0, sample: (_, n) => tensor(new Float64Array(2 * n), [n, 2]) },
    }),
    found: { "bad finite": /E is −∞ at 256 of 256 points.*: infinite density/ },
  },
  {
    name: "gives probability 0 to the points given",
    energy: make((x) => total(ops.exp(ops.square(x)))),
    options: { points: tensor(Float32Array.of(0, 1, 12, 0), [2, 2]) },
    found: { "bad finite": /E is \+∞ at 1 of 2 points, first at x = \(12, 0\): probability 0/ },
  },
  {
    name: "overflows far out",
    energy: make((x) => total(ops.exp(ops.square(x)))),
    found: { "warn finite": /E is \+∞ at \d+ of 192 points/ },
  },
  {
    name: "normalises its batch",
    energy: make((x) => bowl(ops.sub(x, batchMean(x)))),
    found: { "bad independence": /is 0 alone and \d.* in a batch of 16/ },
  },
  {
    name: "depends on the size of the batch",
    energy: make((x) => ops.div(bowl(x), x.shape[0]!)),
    found: { "bad independence": /alone and .* in a batch of 16/ },
  },
  {
    name: "depends on the place in the batch",
    energy: make((x) => ops.add(bowl(x), ops.arange(x.shape[0]!, x.dtype as "float32" | "float64"))),
    found: { "bad independence": /in one place of a batch and .* in another/ },
  },
  {
    name: "hides a part from its gradient",
    energy: make((x) => ops.add(bowl(x), total(ops.sin(ops.stopGradient(x))))),
    found: { "bad gradient": /by x\[\d\] the gradient is -?\d.* where differences of E give/ },
  },
  {
    name: "hides one coordinate from its gradient",
    energy: make((x) => bowl(ops.mul(x, 1)), {
      energy: (x) =>
        ops.add(ops.square(first(ops.stopGradient(x))), ops.sub(bowl(x), ops.mul(0.5, ops.square(first(x))))),
    }),
    found: { "bad gradient": /by a the gradient is 0 where differences of E give/ },
    options: { names: ["a", "b"] },
  },
  {
    name: "has a NaN in a branch that is not taken",
    energy: make((x) => ops.add(bowl(x), total(ops.where(ops.less(0, x), ops.sqrt(x), 0)))),
    found: {
      "bad gradient":
        /the gradient by x\[0\] and x\[1\] is not finite at \d+ of 16 points where E is, first at x = .*, where x\[[01]\] is -\d/,
      "warn zeros": /the gradient by x\[0\] and x\[1\] is not finite where a coordinate is exactly 0/,
    },
  },
  {
    name: "has a NaN in the gradient by one coordinate of many",
    energy: makeEnergy({
      event: [40],
      energy: (x) => ops.add(bowl(x), ops.where(ops.less(0, column(x, 30)), ops.sqrt(column(x, 30)), 0)),
    }),
    options: { names: Array.from({ length: 40 }, (_, j) => `b${j}`) },
    found: {
      "bad gradient":
        /the gradient by b30 is not finite at \d+ of 16 points where E is, first at x = .*…\), where b30 is -\d/,
      "warn zeros": /the gradient by b30 is not finite where a coordinate is exactly 0/,
    },
  },
  {
    name: "is a power below one, which has no derivative at 0",
    energy: make((x) => ops.add(bowl(x), ops.pow(ops.abs(first(x)), 0.7))),
    found: {
      "warn smoothness": /E has kinks/,
      "warn zeros":
        /the gradient by x\[0\] is not finite where a coordinate is exactly 0, first at x = \(0, .*, where x\[0\] is 0 and E is \d/,
    },
  },
  {
    name: "has the length of a vector, which has no derivative at the origin",
    energy: make((x) => ops.add(bowl(x), ops.sqrt(ops.sum(ops.square(x), 1)))),
    found: {
      "warn zeros":
        /the gradient by x\[0\] and x\[1\] is not finite where all coordinates are exactly 0, first at x = \(0, 0\) and E is 0/,
    },
  },
  {
    name: "has no gradient",
    energy: make((x) => {
      const most = ops.scalar(3, "int64");
      const { x: moved } = ops.repeatWhile(
        { init: { x }, most, condition: ({ x }) => ops.less(0, ops.sum(ops.square(x))) },
        ({ x }) => ({ x: ops.mul(x, 0.9) }),
      );
      return bowl(moved);
    }),
    found: { "warn gradient": /there is no gradient: repeatWhile/ },
  },
  {
    name: "is hidden by rounding",
    energy: make((x) => ops.add(bowl(ops.add(x, ops.constant(tensor(new Float32Array(2), [1, 2])))), 1e9)),
    found: { "warn gradient": /rounding hides the differences/, "warn magnitude": /in steps of 64/ },
  },
  {
    name: "ignores a coordinate",
    energy: make((x) => ops.square(first(x))),
    found: { "bad ignored": /does not change with x\[1\]/, "bad tails": /stays flat along 2 of 68 rays/ },
  },
  {
    name: "has kinks",
    energy: make((x) => ops.add(bowl(x), total(ops.abs(x)))),
    found: { "warn smoothness": /E has kinks on [1-8] of 8 random lines/ },
  },
  {
    name: "has steps",
    energy: make((x) => ops.add(bowl(x), total(ops.floor(x)))),
    found: { "warn smoothness": /E has steps on [1-8] of 8 random lines, by up to \d/ },
  },
  {
    name: "is upside down",
    energy: make((x) => ops.neg(bowl(x))),
    found: { "bad tails": /falls along 68 of 68 rays: exp\(−E\) cannot be normalised/ },
  },
  {
    name: "arrives at a constant",
    energy: make((x) => total(ops.tanh(ops.square(x)))),
    found: { "bad tails": /stays flat along 68 of 68 rays/ },
  },
  {
    // ∫ r (1 + r²)^−1 dr diverges: in two dimensions more than 2 log r is needed.
    name: "grows too slowly",
    energy: make((x) => ops.log(ops.add(1, ops.sum(ops.square(x), 1)))),
    found: { "bad tails": /only like 2 log r, where more than 2 log r is needed, along 68 of 68 rays/ },
  },
  {
    name: "has an infinite variance",
    energy: make((x) => ops.mul(1.5, ops.log(ops.add(1, ops.sum(ops.square(x), 1))))),
    found: { "warn tails": /only like 3 log r: the variance is infinite/ },
  },
  {
    name: "is no number far out",
    energy: make((x) => {
      const huge = total(ops.exp(ops.mul(60, x)));
      return ops.add(bowl(x), ops.mul(0, ops.sub(huge, huge)));
    }),
    options: {
      points: tensor(
        normal(key, [50, 2]).data.map((v) => 0.5 * v),
        [50, 2],
      ),
    },
    found: { "warn tails": /is not a number along \d+ of 68 rays/ },
  },
  {
    name: "has coordinates of different scales",
    energy: gaussianEnergy([3], 0, [1, 0.05, 2]),
    found: { "warn scale": /x\[1\] has 0\.0\d+, x\[2\] has [12]\.\d+: a ratio of \d\d/ },
  },
  {
    name: "has different scales by its curvature",
    energy: make((x) => ops.add(bowl(x), ops.mul(1000, ops.square(first(x))))),
    found: { "warn scale": /by the curvature of E: x\[0\] has 0\.0\d+, x\[1\] has 1: a ratio of/ },
  },
  {
    name: "is wide",
    energy: gaussianEnergy([2], 0, 1e4),
    found: { "warn scale": /far from 1/ },
  },
  {
    name: "is correlated at its points",
    energy: make((x) => ops.add(bowl(x), ops.mul(50, ops.square(ops.sub(total(x), ops.mul(2, first(x))))))),
    options: {
      points: tensor(
        normal(key, [200, 2]).data.map((v, k, all) => (k % 2 === 0 ? v : all[k - 1]! + 0.1 * v)),
        [200, 2],
      ),
    },
    found: { "warn scale": /x\[0\] and x\[1\] are correlated by 0\.9/ },
  },
  {
    name: "has a large constant",
    energy: make((x) => ops.add(bowl(x), 1e8)),
    found: { "warn magnitude": /is at least 1e8 at all points: in float32 energies are told apart in steps of 8/ },
  },
  {
    name: "is looked at outside its support",
    energy: ising({}, { event: [2, 2] }),
    options: { points: tensor(Float32Array.of(1, -1, 1, 1, 1, 0, 1, 1), [2, 2, 2]) },
    found: { "bad support": /1 of 2 points .* outside the support, binary \(-1 or 1\), first x = \(1, 0, 1, 1\)/ },
  },
  {
    name: "is looked at between categories",
    energy: potts({ boundary: "free" }, { event: [1, 1, 3] }),
    options: { points: tensor(Float32Array.of(0, 1, 0, 0, 1, 1), [2, 1, 1, 3]) },
    found: { "bad support": /1 of 2 points .* categorical \(one of 3\), first x = \(0, 1, 1\)/ },
  },
  {
    name: "has blocks of another law",
    energy: make((x) => total(x), {
      support: { kind: "binary", values: [0, 1] },
      blocks: { noise: () => ({}), sweep: (x) => x, tempered: (x, _, beta) => ops.mul(ops.mul(2, total(x)), beta) },
    }),
    found: { "bad blocks": /tempered\(x, 1\) differs from E\(x\) by more than a constant: by up to [12]/ },
  },
  {
    name: "has blocks that do not end at the uniform law",
    energy: make((x) => total(x), {
      support: { kind: "binary", values: [0, 1] },
      blocks: { noise: () => ({}), sweep: (x) => x, tempered: (x) => ops.add(total(x), 3) },
    }),
    found: { "bad blocks": /tempered\(x, 0\) is not one constant/ },
  },
];

const title = ({ check, level }: Finding): string => `${level} ${check}`;

describe("an energy that", () => {
  it.each(faults)("$name is told so, and nothing else", async ({ energy, options, found }) => {
    const { healthy, findings, text } = await examine(energy, options);
    const wrong = findings.filter(({ level }) => level !== "ok");
    expect(wrong.map(title).sort()).toEqual(Object.keys(found).sort());
    for (const finding of wrong) {
      expect(finding.what).toMatch(found[title(finding)]!);
      expect(finding.advice).toMatch(/^[A-Z].*\.$/);
      expect(text).toContain(finding.what);
      expect(text).toContain(finding.advice);
    }
    expect(healthy).toBe(!wrong.some(({ level }) => level === "bad"));
  });

  it("has every check find something", () => {
    const found = new Set(faults.flatMap(({ found }) => Object.keys(found).map((name) => name.split(" ")[1])));
    expect([...found].sort()).toEqual(
      Object.values(checks)
        .map(({ name }) => name)
        .sort(),
    );
  });
});

describe("the doctor", () => {
  it("compares derivatives in float32 where float64 cannot be had, and finds faults there too", async () => {
    const shift = ops.constant(tensor(Float32Array.of(1, 2), [1, 2]));
    const single = await examine(make((x) => bowl(ops.add(x, shift))));
    expect(single.healthy).toBe(true);
    const says = (of: typeof single, check: string) => of.findings.find((f) => f.check === check)?.what;
    expect(says(single, "runs")).toMatch(/in float32, but not in float64 \(add: /);
    expect(says(single, "gradient")).toMatch(/2 coordinates at 16 points, in float32/);
    const faulty = await examine(make((x) => ops.add(bowl(ops.add(x, shift)), total(ops.sin(ops.stopGradient(x))))));
    expect(says(faulty, "gradient")).toMatch(/the gradient is .* where differences of E give/);
  });

  it("warns of the tails of a plain network, whichever way its parameters point", async () => {
    const energy = neural({ hidden: [16, 16] }, { event: [2] });
    const level = async (params: FloatTensor): Promise<Finding> => {
      const { findings } = await examine(energy, { params });
      const wrong = findings.filter(({ level }) => level !== "ok");
      expect(wrong.map(({ check }) => check)).toEqual(["tails"]);
      return wrong[0]!;
    };
    const last = energy.layout.leaves.at(-1)!;
    const start = energy.init(key);
    // The last layer alone decides where E rises: all its weights positive, all negative, and as they are drawn.
    const signed = (sign: number) => tensor(start.map((w, i) => (i < last.offset ? w : sign * Math.abs(w))));
    const [up, down, drawn] = [await level(signed(1)), await level(signed(-1)), await level(tensor(start))];
    expect(up.level).toBe("warn");
    expect(up.what).toMatch(/no faster than linearly along \d+ of 68 rays, with these parameters/);
    expect(down.level).toBe("bad");
    expect(down.what).toMatch(/falls along \d+ of 68 rays/);
    expect(drawn.advice).toMatch(/Tilt a Gaussian base/);
  });

  it("says the same for the same key", async () => {
    const energy = neural({ hidden: [16] }, { event: [2] });
    expect(await examine(energy)).toEqual(await examine(energy));
  });

  it("leaves out what would only repeat what is bad", async () => {
    const { findings, text } = await examine(make(ops.square));
    expect(findings.map(title)).toEqual(["bad runs"]);
    expect(text).toMatch(/not asked before that is mended: .*gradient.*tails/);
    expect(text).toMatch(/\nNot healthy: 1 bad\.$/);
  });

  it("refuses points and parameters that do not fit", async () => {
    const energy = neural({ hidden: [4] }, { event: [2] });
    await expect(examine(energy, { points: tensor(new Float32Array(6), [2, 3]) })).rejects.toThrow(
      new ShapeError("doctor: points have shape (2, 3), expected (n, 2)"),
    );
    await expect(examine(energy, { params: tensor(new Float32Array(6)) })).rejects.toThrow(ShapeError);
    await expect(examine(energy, { points: tensor(new Float32Array(0), [0, 2]) })).rejects.toThrow(InputError);
    await expect(examine(energy, { points: tensor(Float32Array.of(1, 2, Number.NaN, 0), [2, 2]) })).rejects.toThrow(
      "doctor: point 1 (from 0) holds NaN; give finite points",
    );
  });
});
