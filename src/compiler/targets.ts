/** Which values need memory, and which results are written where they belong by the kernel that makes them. */

import { type Group, isInOrder } from "./fuse.js";
import type { Address } from "./region.js";
import type { Step, TensorValue } from "./values.js";

/** Where a result is to be; `symbol` is the state that lies there until then. */
export interface Target {
  readonly address: Address;
  readonly symbol: TensorValue | null;
}

const stepsOf = ({ before, anchor, maps }: Group): Step[] => [...before, ...(anchor ? [anchor] : []), ...maps];

/** Whether an elementwise step of a group reads a value as the element that it is at. */
const readsInPlace = (group: Group, step: Step, value: TensorValue): boolean =>
  group.maps.includes(step) && isInOrder(value, group.domain);

/** Whether a group hands a value on in a register. */
function staysInside(group: Group, step: Step, value: TensorValue): boolean {
  const maker = value.base.step!;
  if (group.maps.includes(maker) || (maker === group.anchor && group.maps.includes(step)))
    return readsInPlace(group, step, value);
  return group.before.includes(maker);
}

/** Values that somebody reads from memory. */
export function storedValues(groups: readonly Group[], results: readonly TensorValue[]): Set<TensorValue> {
  const groupOf = new Map(groups.flatMap((g) => stepsOf(g).map((step) => [step, g] as const)));
  const stored = new Set<TensorValue>();
  for (const { base } of results) if (base.step) stored.add(base);
  for (const group of groups) {
    // Loops of any kind write their results to memory.
    const { anchor } = group;
    if (anchor && !("product" in anchor.rule) && !("reduce" in anchor.rule))
      for (const v of anchor.outputs) stored.add(v);
    for (const step of stepsOf(group))
      for (const value of step.inputs) {
        const maker = value.base.step;
        if (!maker || !groupOf.has(maker)) continue;
        if (groupOf.get(maker) !== group || !staysInside(group, step, value)) stored.add(value.base);
      }
  }
  return stored;
}

/**
 * Results, by number, that their kernel writes to their target at once. Where a state lies there until then, nothing may
 * read it later, nor the kernel itself but at the element it is about to write.
 */
export function directTargets(
  groups: readonly Group[],
  results: readonly TensorValue[],
  targets: readonly Target[],
): Set<number> {
  const position = new Map(groups.flatMap((g, i) => stepsOf(g).map((step) => [step, i] as const)));
  const readers = new Map<TensorValue, { group: Group; step: Step; value: TensorValue; at: number }[]>();
  for (const [at, group] of groups.entries())
    for (const step of stepsOf(group))
      for (const value of step.inputs) {
        const known = readers.get(value.base) ?? [];
        known.push({ group, step, value, at });
        readers.set(value.base, known);
      }
  const direct = new Set<number>();
  for (const [i, value] of results.entries()) {
    const { symbol } = targets[i]!;
    if (value.base !== value || !value.step || !position.has(value.step)) continue;
    if (results.filter(({ base }) => base === value).length > 1) continue;
    if (symbol) {
      const at = position.get(value.step)!;
      const others = results.some(({ base }, k) => base === symbol && targets[k]!.symbol !== null);
      const isSafe = (readers.get(symbol) ?? []).every(
        (r) => r.at < at || (r.at === at && readsInPlace(r.group, r.step, r.value)),
      );
      if (others || !isSafe) continue;
    }
    direct.add(i);
  }
  return direct;
}
