/**
 * Wells along turned axes of the space that a flow starts from, pushed through it: the law of a model whose flow was
 * fitted well, but for what each well says of its axis. A flow keeps volume as it says, so log Z is that of the wells.
 */

import { makeEnergy } from "../../energies/energy.js";
import { realnvp } from "../../flows/realnvp.js";
import { sub } from "../../ops/arithmetic.js";
import { constant, input } from "../../ops/leaf.js";
import { matmul } from "../../ops/linalg.js";
import { normal } from "../../random/draw.js";
import { fold, type Key, makeKey } from "../../random/key.js";
import { rotation } from "../../random/rotation.js";
import { compile } from "../../runtime/program.js";
import { cast, type FloatTensor, tensor } from "../../util/tensor.js";
import { table } from "../posteriors/parts.js";
import { type Target, target } from "./target.js";
import { type Well, wells } from "./wells.js";

/** How far the flow is from the identity. */
const BENT = 0.08;

interface Pushed extends Pick<Target, "name" | "about" | "half"> {
  readonly quick?: true;
  /** One an axis. */
  readonly along: readonly Well[];
}

const pushed = ({ along, ...facts }: Pushed): Target => target({ ...facts, law: () => lawOf(along) });

function lawOf(along: readonly Well[]) {
  const d = along.length;
  const flow = realnvp({ layers: 4, hidden: [32] }, [d]);
  const params = tensor(normal(fold(makeKey(d), "flow"), [flow.layout.size]).data.map((v) => BENT * v));
  const axes = rotation(fold(makeKey(d), "axes"), d).flat();
  const law = wells(along);
  return {
    energy: makeEnergy({
      event: [d],
      energy(x) {
        const { x: z, logDet } = flow.inverse(x, constant(cast(params, x.dtype as "float32")));
        return sub(law.energy(matmul(z, table(axes, [d, d], x), { transposeB: true })), logDet);
      },
    }),
    logZ: law.logZ,
    flow: { flow, params },
    async draw(key: Key, n: number) {
      const u = input("u", [n, d], "float64");
      const z = matmul(u, table(axes, [d, d], u));
      const { y } = flow.forward(z, constant(cast(params, "float64")));
      const program = await compile({ u }, { y });
      return (await program.run({ u: tensor(law.draw(key, n), [n, d]) })).y as FloatTensor;
    },
  };
}

/** Times over the given wells until there are `d`. */
const cycle = (kinds: readonly Well[], d: number): Well[] =>
  Array.from({ length: d }, (_, i) => kinds[i % kinds.length]!);

/** As the flow has it. */
const NORMAL: Well = [0, 0.5, 0, 0];
/** Narrower, wider, with two tops, and with a tail to one side. */
const SHAPES: readonly Well[] = [
  [0, 0.65, 0, 0],
  [0, 0.43, 0, 0],
  [0, -0.15, 0, 0.08],
  [0.3, 0.35, 0.04, 0.02],
];

/** About as far from its flow as a model of digits: see the divergence in the report. */
export const digitsLike = pushed({
  name: "bent flow, 48-d",
  about: "a model that is far from its flow",
  half: "design",
  along: cycle(SHAPES, 48),
});

export const tableLike = pushed({
  name: "bent flow, 30-d",
  about: "a model that is far from its flow",
  half: "held",
  along: cycle([...SHAPES, NORMAL, NORMAL], 30),
});

export const fitted = pushed({
  name: "bent flow, 12-d",
  about: "a model that its flow fits well",
  half: "held",
  quick: true,
  along: [...SHAPES, ...cycle([NORMAL], 8)],
});

/** `u² (u − 5)²/50`, and less for u = 0 by half a nat: two modes of the same width, of which the flow has the one. */
const MISSED: Well = [0.1, 0.5, -0.2, 0.02];

export const missed = pushed({
  name: "a mode that the flow lacks, 12-d",
  about: "whatever starts at the flow misses four tenths",
  half: "design",
  along: [MISSED, ...SHAPES, ...cycle([NORMAL], 7)],
});
