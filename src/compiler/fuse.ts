/**
 * Which steps become one kernel. Elementwise steps over the same elements run together, at the end of the matrix product
 * or reduction that makes what they read where there is one; elementwise steps that only a reduction reads run in it.
 */

import { isRowMajor, squeezed } from "./layout.js";
import { type NumberSet, numberSet } from "./number-set.js";
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
  readonly number: number;
  /** The numbers of all groups that must run earlier. */
  readonly earlier: NumberSet;
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
  const owned = new Map<Step, Step[]>();
  for (const step of steps)
    if (owner.has(step)) owned.set(owner.get(step)!, [...(owned.get(owner.get(step)!) ?? []), step]);
  const groups = newGroups();
  for (const step of steps) {
    if (owner.has(step)) continue;
    if (isMap(step)) placeMap(groups, step);
    else {
      const before = owned.get(step) ?? [];
      const group = groups.open(step, before, step.outputs[0]?.shape ?? []);
      for (const s of [...before, step]) groups.of.set(s, group);
      groups.runAfter(group, [...before, step].flatMap(groups.sourcesOf));
    }
  }
  return inOrder(groups.all);
}

interface Groups {
  /** By number; nothing where a group was taken in by another. */
  readonly all: readonly (Group | undefined)[];
  readonly of: Map<Step, Group>;
  /** The groups that make what a step reads. */
  sourcesOf(step: Step): Group[];
  open(anchor: Step | null, before: readonly Step[], shape: readonly number[]): Group;
  /** Let a group run after others, and so whatever runs after it. */
  runAfter(group: Group, others: readonly Group[]): void;
  /** Take an elementwise group into another, unless a third must run between the two. */
  absorb(group: Group, other: Group): void;
}

function newGroups(): Groups {
  const all: (Group | undefined)[] = [];
  const of = new Map<Step, Group>();
  const runAfter = (group: Group, others: readonly Group[]): void => {
    const added = numberSet();
    for (const other of others)
      if (other !== group) {
        added.join(other.earlier);
        added.add(other.number);
      }
    // What runs after a group runs after all that it runs after: nothing new there is nothing new at all.
    if (!group.earlier.join(added)) return;
    for (const later of all) if (later?.earlier.has(group.number)) later.earlier.join(added);
  };
  return {
    ...{ all, of, runAfter },
    sourcesOf: ({ inputs }) => [...new Set(inputs.flatMap(({ base }) => (base.step && of.get(base.step)) || []))],
    open(anchor, before, shape) {
      const numbers = anchor ? numbersOf(anchor) : "";
      const own = { anchor, before, maps: [], domain: domainOf(shape), numbers };
      const group: Group = { ...own, number: all.length, earlier: numberSet() };
      all.push(group);
      return group;
    },
    absorb(group, other) {
      if (other.earlier.has(group.number)) return;
      for (const n of group.earlier) if (all[n] !== other && all[n]?.earlier.has(other.number)) return;
      all[other.number] = undefined;
      for (const step of other.maps) of.set(step, group);
      group.maps.push(...other.maps);
      group.maps.sort((a, b) => a.at - b.at);
      group.earlier.delete(other.number);
      group.earlier.join(other.earlier);
      for (const later of all)
        if (later?.earlier.delete(other.number) || later?.earlier.has(group.number)) {
          later.earlier.add(group.number);
          later.earlier.join(group.earlier);
        }
    },
  };
}

/** An elementwise step in the last of the groups that can take it in, with the others of them, or in one of its own. */
function placeMap(groups: Groups, step: Step): void {
  const domain = domainOf(step.outputs[0]!.shape);
  const sources = groups.sourcesOf(step);
  const hosts = sources.filter(
    (g) =>
      g.domain === domain &&
      goesOn(g.anchor) &&
      (domain === "" || areAlike(numbersOf(step), g.numbers)) &&
      step.inputs.every((v) => !v.base.step || groups.of.get(v.base.step) !== g || isInOrder(v, domain)) &&
      sources.every((h) => h === g || !h.earlier.has(g.number)),
  );
  const group = hosts.sort((a, b) => lastOf(b) - lastOf(a))[0] ?? groups.open(null, [], step.outputs[0]!.shape);
  group.maps.push(step);
  group.numbers = group.numbers || numbersOf(step);
  groups.of.set(step, group);
  groups.runAfter(group, sources);
  for (const other of hosts)
    if (other !== group && other.anchor === null && areAlike(group.numbers, other.numbers)) groups.absorb(group, other);
}

const lastOf = ({ anchor, maps }: Group): number => maps.at(-1)?.at ?? anchor!.at;

/** Groups after those that must run earlier, near to the order of the steps. */
function inOrder(all: readonly (Group | undefined)[]): Group[] {
  const order: Group[] = [];
  const done = numberSet();
  const depths = all.map((group) => (group ? [...group.earlier].length : 0));
  const there = all.filter((group) => group !== undefined);
  for (const group of there.sort((a, b) => lastOf(a) - lastOf(b))) {
    const missing = [...group.earlier, group.number].filter((n) => !done.has(n));
    // Whatever runs before a group runs before more than it does itself.
    for (const n of missing.sort((a, b) => depths[a]! - depths[b]!)) {
      done.add(n);
      order.push(all[n]!);
    }
  }
  return order;
}
