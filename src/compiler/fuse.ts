/**
 * Which steps become one kernel. Elementwise steps over the same elements run together, at the end of the matrix product
 * or reduction that makes what they read where there is one; elementwise steps that only a reduction reads run in it.
 */

import { isRowMajor, squeezed } from "./layout.js";
import type { Step, TensorValue } from "./values.js";

/** Steps that become one kernel. */
export interface Group {
  /** What it is built around; nothing where it is elementwise only. */
  readonly anchor: Step | null;
  /** Elementwise steps that only its reduction reads, in their order. */
  readonly before: readonly Step[];
  /** Elementwise steps over its elements, in their order. */
  readonly maps: Step[];
  /** Which elements: sizes of axes of more than one. */
  readonly domain: string;
  /** Dtypes of the numbers it computes with, as text; empty while it computes with truth only. */
  numbers: string;
  /** Every group that must run earlier. */
  readonly earlier: Set<Group>;
}

const domainOf = (shape: readonly number[]): string => squeezed(shape).join();

/** Whether a value's elements stand in the order in which a kernel over as many of them computes them. */
export const isInOrder = (value: TensorValue, domain: string): boolean =>
  domainOf(value.shape) === domain &&
  domainOf(value.base.shape) === domain &&
  value.layout.offset === 0 &&
  isRowMajor(value.layout, value.shape);

const isMap = (step: Step): boolean => "map" in step.rule;
/** Groups around these go on with elementwise steps over what they give. */
const goesOn = (step: Step | null): boolean => step === null || "product" in step.rule || "reduce" in step.rule;

/** Dtypes of the numbers that a step computes with: those of one width share lanes. */
const numbersOf = ({ inputs, outputs }: Step): string =>
  [...new Set([...inputs, ...outputs].map(({ dtype }) => dtype))]
    .filter((dtype) => dtype !== "bool")
    .sort()
    .join();
const areAlike = (a: string, b: string): boolean => a === b || a === "" || b === "";

/** Steps that read the results of each step. */
function usersOf(steps: readonly Step[]): Map<Step, Step[]> {
  const users = new Map<Step, Step[]>(steps.map((step) => [step, []]));
  for (const step of steps) for (const { base } of step.inputs) if (base.step) users.get(base.step)?.push(step);
  return users;
}

/** For each reduction the elementwise steps that nothing else reads. */
function stepsBefore(steps: readonly Step[], results: readonly TensorValue[]): Map<Step, Step> {
  const users = usersOf(steps);
  const kept = new Set(results.map(({ base }) => base.step));
  const owner = new Map<Step, Step>();
  for (const step of [...steps].reverse()) {
    if (!isMap(step) || kept.has(step)) continue;
    const readers = users.get(step)!;
    const owners = new Set(readers.map((user) => ("reduce" in user.rule ? user : owner.get(user))));
    const [only] = owners;
    if (owners.size !== 1 || !only) continue;
    const domain = domainOf(only.inputs[0]!.shape);
    const reads = readers.flatMap((user) => user.inputs).filter(({ base }) => base.step === step);
    if (reads.every((value) => isInOrder(value, domain))) owner.set(step, only);
  }
  return owner;
}

/** Groups in an order in which they can run. */
export function fuse(steps: readonly Step[], results: readonly TensorValue[]): Group[] {
  const owner = stepsBefore(steps, results);
  const groupOf = new Map<Step, Group>();
  const groups = new Set<Group>();
  const sourcesOf = (step: Step): Group[] => [
    ...new Set(
      step.inputs.flatMap(({ base }) => (base.step && groupOf.has(base.step) ? [groupOf.get(base.step)!] : [])),
    ),
  ];
  /** Let a group run after others, and so whatever runs after it. */
  const runAfter = (group: Group, others: readonly Group[]): void => {
    const added = others.filter((g) => g !== group).flatMap((g) => [g, ...g.earlier]);
    for (const later of groups)
      if (later === group || later.earlier.has(group)) for (const g of added) later.earlier.add(g);
  };
  const readsInOrder = (group: Group, other: Group): boolean =>
    group.maps.every((step) =>
      step.inputs.every((v) => !v.base.step || groupOf.get(v.base.step) !== other || isInOrder(v, group.domain)),
    );
  const open = (anchor: Step | null, before: readonly Step[], shape: readonly number[]): Group => {
    const numbers = anchor ? numbersOf(anchor) : "";
    const group: Group = { anchor, before, maps: [], domain: domainOf(shape), numbers, earlier: new Set() };
    groups.add(group);
    return group;
  };

  const placeMap = (step: Step): void => {
    const domain = domainOf(step.outputs[0]!.shape);
    const sources = sourcesOf(step);
    const hosts = sources.filter(
      (g) =>
        g.domain === domain &&
        goesOn(g.anchor) &&
        (domain === "" || areAlike(numbersOf(step), g.numbers)) &&
        step.inputs.every((v) => !v.base.step || groupOf.get(v.base.step) !== g || isInOrder(v, domain)) &&
        sources.every((h) => h === g || !h.earlier.has(g)),
    );
    const group = hosts.sort((a, b) => lastOf(b) - lastOf(a))[0] ?? open(null, [], step.outputs[0]!.shape);
    group.maps.push(step);
    group.numbers = group.numbers || numbersOf(step);
    groupOf.set(step, group);
    runAfter(group, sources);
    for (const other of hosts) if (other !== group && other.anchor === null) absorb(group, other);
  };

  /** Take in an elementwise group, unless another must run between the two. */
  const absorb = (group: Group, other: Group): void => {
    if (other.earlier.has(group) || !readsInOrder(group, other)) return;
    for (const g of group.earlier) if (g !== other && g.earlier.has(other)) return;
    groups.delete(other);
    for (const step of other.maps) groupOf.set(step, group);
    group.maps.push(...other.maps);
    group.maps.sort((a, b) => a.at - b.at);
    group.earlier.delete(other);
    for (const g of groups) if (g.earlier.delete(other)) for (const e of [group, ...group.earlier]) g.earlier.add(e);
    runAfter(group, [...other.earlier]);
  };

  for (const step of steps) {
    if (owner.has(step)) continue;
    if (isMap(step)) placeMap(step);
    else {
      const before = steps.filter((s) => owner.get(s) === step);
      const group = open(step, before, step.outputs[0]?.shape ?? []);
      for (const s of [...before, step]) groupOf.set(s, group);
      runAfter(group, [...before, step].flatMap(sourcesOf));
    }
  }
  return inOrder([...groups]);
}

const lastOf = ({ anchor, maps }: Group): number => maps.at(-1)?.at ?? anchor!.at;

/** Groups after those that must run earlier, near to the order of the steps. */
function inOrder(groups: readonly Group[]): Group[] {
  const order = new Set<Group>();
  const visit = (group: Group): void => {
    if (order.has(group)) return;
    for (const g of [...group.earlier].sort((a, b) => a.earlier.size - b.earlier.size)) order.add(g);
    order.add(group);
  };
  for (const group of [...groups].sort((a, b) => lastOf(a) - lastOf(b))) visit(group);
  return [...order];
}
