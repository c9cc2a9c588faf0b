/**
 * Groups of chains that are computed apart: side by side where there are threads, else one after the other. What they
 * are depends on the chains and on what a step of them comes to, never on how many threads there are, so that neither do
 * the draws.
 */

import type { RunTime, Tensors } from "../../runtime/engine.js";
import { joinAxis, sliceAxis } from "../../util/axis.js";
import { mapValues } from "../../util/records.js";
import type { Shape, Tensor } from "../../util/tensor.js";

/** Chains of a team, at least: in the windows of a warm-up each finds a step size, which fewer would know less well. */
const TEAM = 32;

/** How many chains, one behind the other, are a team: the least number from 32 that divides all of them, or all. */
export function teamOf(chains: number): number {
  for (let team = TEAM; team <= chains / 2; team++) if (chains % team === 0) return team;
  return chains;
}

/** Steps that are computed at one time, about. */
const STEPS = 25;

/** Seconds that a group takes for these, at least: some twenty times what it takes to ask another thread for them. */
const LEAST = 4e-3;

/** How much longer groups may take one after the other than all chains together. */
const LOSS = 0.1;

/** What is enough for a large machine. */
const MOST = 16;

/** How many groups are worth it, by what a step of all chains takes. */
export function worthwhile({ asking, computing }: RunTime): number {
  const step = asking + computing;
  return Math.max(1, Math.floor(Math.min(MOST, 1 + (LOSS * step) / asking, (STEPS * step) / LEAST)));
}

/**
 * Chains of a group: as many whole teams as make equal groups, at most so many, or up to twice as many where that leaves
 * less than half of them.
 */
export function groupOf(chains: number, groups: number): number {
  const teams = chains / teamOf(chains);
  const divides = (n: number): boolean => teams % n === 0;
  const below = range(1, Math.min(groups, teams)).findLast(divides)!;
  const above = range(groups, Math.min(2 * groups, teams)).find(divides);
  return chains / (2 * below <= groups && above ? above : below);
}

/** Whole numbers, both ends with them. */
const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);

/**
 * The axis along which the chains lie, by the shape that another number of chains gives: `null` where they share what it
 * holds.
 */
function axisOf(whole: Shape, part: Shape, chains: number, group: number): number | null | undefined {
  const differ = whole.flatMap((n, axis) => (n === part[axis] ? [] : [axis]));
  if (whole.length !== part.length || differ.length > 1) return undefined;
  const [axis] = differ;
  if (axis === undefined) return null;
  return whole[axis] === chains && part[axis] === group ? axis : undefined;
}

/** Shapes by name. */
type Shapes = Readonly<Record<string, { readonly shape: Shape }>>;

/** Of each tensor of a step of a kernel the axis of the chains; `null` for noise that they share. */
export type Axes = Readonly<Record<"noise" | "state", Readonly<Record<string, number | null>>>>;

/** What a kernel needs and keeps for some number of chains. */
export type Frames = Readonly<Record<"noise" | "state", Shapes>>;

/** `null` where chains lie in another way than one behind the other, or share a state: then they cannot be computed apart. */
export function axesOf(whole: Frames, part: Frames, chains: number, group: number): Axes | null {
  const find = (kind: "noise" | "state") =>
    mapValues(whole[kind], ({ shape }, name) => axisOf(shape, part[kind][name]!.shape, chains, group));
  const [noise, state] = [find("noise"), find("state")];
  if (Object.values(noise).includes(undefined)) return null;
  if (Object.values(state).some((axis) => axis === undefined || axis === null)) return null;
  return { noise, state } as Axes;
}

/** The axis of the chains of what goes into a block, or comes out of it, by its name; `null` for what is no chain's. */
function axisIn({ noise, state }: Axes, name: string): number | null {
  const [kind, ...rest] = name.split(".");
  const own = rest.join(".");
  if (kind === "state") return state[own]!;
  // Before the chains come the steps.
  if (kind === "noise") return noise[own] === null ? null : noise[own]! + 1;
  return kind === "averaging" ? 0 : kind === "path" || kind === "info" ? 1 : null;
}

/** One block computed group by group, all at once. @param run computes a group. */
export async function runApart(
  run: (feeds: Tensors) => Promise<Tensors>,
  axes: Axes,
  { chains, group }: { readonly chains: number; readonly group: number },
  feeds: Tensors,
): Promise<Tensors> {
  const own = (from: number): Tensors =>
    mapValues(feeds, (t, name) => {
      const axis = axisIn(axes, name);
      return axis === null ? t : sliceAxis(t, axis, from, from + group);
    });
  const parts = await Promise.all(Array.from({ length: chains / group }, (_, i) => run(own(i * group))));
  return mapValues(parts[0]!, (_: Tensor, name) =>
    joinAxis(
      parts.map((part) => part[name]!),
      axisIn(axes, name)!,
    ),
  );
}
