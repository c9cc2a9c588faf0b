import { add, neg, sub } from "../ops/arithmetic.js";
import { stack } from "../ops/shape.js";
import { logSumExp } from "../ops/special.js";
import { categorical } from "../random/choose.js";
import { fold, type Key } from "../random/key.js";
import { InputError } from "../util/errors.js";
import { type FloatTensor, sizeOf, tensor } from "../util/tensor.js";
import { type Energy, type ExactFacts, makeEnergy } from "./energy.js";
import { expectPositive, joinParts, numbered } from "./parts.js";

/**
 * A mixture, `p(x) ∝ Σ wₖ exp(−Eₖ(x))`: `E = −log Σ wₖ exp(−Eₖ)`, with weights divided by their sum. Points that some
 * part finds likely. A part's share of the mass is `wₖ Zₖ / Σ wⱼ Zⱼ`: its weight where the parts are normalised.
 * Where every part knows its log Z so does the mixture, `log Σ wₖ Zₖ`, and it is drawn from where every part is.
 * Parameters are those of the parts, named `0.…`, `1.…`.
 * It does not know itself smoothed, even where the parts do: they do so up to constants, which a mixture needs.
 * @throws InputError when there are no parts, two are of different points, or the weights are not one positive number each.
 */
export function mixtureOf(energies: readonly Energy[], weights: readonly number[] = energies.map(() => 1)): Energy {
  const { values, logZs, ...joined } = joinParts("mixtureOf", numbered(energies));
  if (weights.length !== energies.length)
    throw new InputError(`mixtureOf: ${weights.length} weights for ${energies.length} energies; expected one each`);
  for (const [k, w] of weights.entries()) expectPositive(`mixtureOf: weight ${k}`, w);
  const total = weights.reduce((s, w) => s + w, 0);
  const logWeights = weights.map((w) => Math.log(w / total));
  const exact = exactMixture(energies, logWeights);
  return makeEnergy({
    ...joined,
    energy(x, params) {
      const logs = values(x, params).map((e, k) => sub(logWeights[k]!, e));
      return neg(logSumExp(stack(logs, 1), 1));
    },
    ...(exact ? { exact } : {}),
    ...(logZs ? { logZ: (params) => logSumExp(stack(logZs(params).map((z, k) => add(logWeights[k]!, z)))) } : {}),
  });
}

/** What is known of a mixture of parts that are known. */
function exactMixture(energies: readonly Energy[], logWeights: readonly number[]): ExactFacts | undefined {
  const facts = energies.flatMap(({ exact }) => exact ?? []);
  if (facts.length < energies.length) return undefined;
  const logs = facts.map(({ logZ }, k) => logWeights[k]! + logZ);
  const top = Math.max(...logs);
  const shares = logs.map((l) => Math.exp(l - top));
  const logZ = top + Math.log(shares.reduce((s, v) => s + v, 0));
  const samplers = facts.flatMap(({ sample }) => sample ?? []);
  if (samplers.length < facts.length) return { logZ };
  const { event } = energies[0]!;
  const d = sizeOf(event);
  const sample = (key: Key, n: number): FloatTensor => {
    const which = categorical(fold(key, "part"), shares, [n]);
    const drawn = samplers.map((draw, k) => draw(fold(key, k), n).data);
    const x = new Float64Array(n * d);
    for (const [i, k] of which.entries()) x.set(drawn[k]!.subarray(i * d, (i + 1) * d), i * d);
    return tensor(x, [n, ...event]);
  };
  return { logZ, sample };
}
