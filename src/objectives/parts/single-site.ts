import type { Support } from "../../energies/support.js";
import type { Expr } from "../../ir/expr.js";
import { add, mul, sub } from "../../ops/arithmetic.js";
import { cast, constant } from "../../ops/leaf.js";
import { broadcastTo, concat, reshape, slice, transpose } from "../../ops/shape.js";
import { sizeOf, tensor } from "../../util/tensor.js";
import type { Model } from "../objective.js";

/**
 * `E(x) − E(x′)` for every `x′` that differs from a row in one site, `(n, sites, categories − 1)`: the log-odds of `x′`
 * against `x`, Z cancels. One pass over all of them.
 */
export function siteLogOdds({ energy }: Model, params: Expr, x: Expr): Expr {
  const changes = allChanged(energy.support, x);
  const [n, sites, width] = changes[0]!.shape as [number, number, number];
  const rows = reshape(x, [n, 1, sites * width]);
  const shape = [n, sites, sites * width];
  const neighbours = changes.map((changed) => {
    const step = sub(reshape(changed, [n, 1, sites * width]), rows);
    const moved = mul(ownSite(sites, width, x.dtype), broadcastTo(step, shape));
    return reshape(add(broadcastTo(rows, shape), moved), [n * sites, ...energy.event]);
  });
  const all = energy(concat([x, ...neighbours], 0), params);
  const own = reshape(slice(all, 0, 0, n), [n, 1, 1]);
  const others = reshape(slice(all, 0, n, all.shape[0]!), [changes.length, n, sites]);
  return sub(own, transpose(others, [1, 2, 0]));
}

/** The rows with every site changed, once for each other value a site may take: `(n, sites, width of a site)` each. */
function allChanged(support: Support, x: Expr): Expr[] {
  const n = x.shape[0]!;
  const size = sizeOf(x.shape.slice(1));
  if (support.kind === "binary") {
    const [low, high] = support.values;
    return [sub(low + high, reshape(x, [n, size, 1]))];
  }
  const q = (support as Extract<Support, { kind: "categorical" }>).categories;
  const sites = reshape(x, [n, size / q, q]);
  return Array.from({ length: q - 1 }, (_, k) => concat([slice(sites, 2, k + 1, q), slice(sites, 2, 0, k + 1)], 2));
}

/** Row `i` is one where a coordinate is of site `i`, `(sites, sites · width)`. */
function ownSite(sites: number, width: number, dtype: Expr["dtype"]): Expr {
  const d = sites * width;
  const mask = Float32Array.from({ length: sites * d }, (_, at) =>
    Math.floor(at / d) === Math.floor((at % d) / width) ? 1 : 0,
  );
  return cast(constant(tensor(mask, [1, sites, d])), dtype);
}
