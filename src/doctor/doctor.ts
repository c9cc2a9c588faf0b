/** Looking an energy over before anything is trained or sampled: what is wrong with it, in words, and what to do. */

import type { Energy } from "../energies/energy.js";
import { fold, type Key } from "../random/key.js";
import type { Where } from "../runtime/program.js";
import { InputError, ShapeError } from "../util/errors.js";
import { type FloatTensor, sameShape, showShape, tensor } from "../util/tensor.js";
import { type Check, type Finding, stages } from "./check.js";
import * as checks from "./members.js";
import { makeSubject } from "./subject.js";

export interface DoctorOptions extends Where {
  readonly energy: Energy;
  /** Its parameters; as it starts unless given. */
  readonly params?: FloatTensor;
  /** Points `(n, ...event)` as they occur: rows of data, draws. Best given; else the energy's own draws, else guesses. */
  readonly points?: FloatTensor;
  /** What messages call the coordinates. */
  readonly names?: readonly string[];
  readonly key: Key;
}

export interface Diagnosis {
  /** Nothing is bad; warnings may remain. */
  readonly healthy: boolean;
  readonly findings: readonly Finding[];
  /** All of it as lines for a person. */
  readonly text: string;
}

/**
 * Examine an energy by every check that applies. What it throws, or returns wrongly, is a finding, not an error.
 * @throws ShapeError when points or parameters have another shape than the energy says, InputError when there are no
 * points or some are not finite.
 */
export async function doctor({ energy, params, points, names, key, engine }: DoctorOptions): Promise<Diagnosis> {
  const { event, layout } = energy;
  if (points) expectPoints(points, event);
  if (params && !sameShape(params.shape, [layout.size]))
    throw new ShapeError(`doctor: parameters have shape ${showShape(params.shape)}, expected (${layout.size})`);
  const given = layout.size === 0 ? undefined : (params ?? tensor(energy.init(fold(key, "parameters"), points)));
  const subject = makeSubject({ energy, params: given, points, names, key: fold(key, "doctor"), engine });
  const findings: Finding[] = [];
  let left: readonly Check[] = [];
  for (const stage of stages) {
    const asked = (Object.values(checks) as readonly Check[]).filter((check) => check.stage === stage);
    if (findings.some(({ level }) => level === "bad")) left = [...left, ...asked];
    else for (const check of asked) findings.push(...(await check.examine(subject)));
  }
  return { healthy: !findings.some(({ level }) => level === "bad"), findings, text: describe(findings, left) };
}

function expectPoints(points: FloatTensor, event: readonly number[]): void {
  const [n = 0, ...rest] = points.shape;
  if (points.shape.length === 0 || !sameShape(rest, event))
    throw new ShapeError(
      `doctor: points have shape ${showShape(points.shape)}, expected (n${event.map((k) => `, ${k}`).join("")})`,
    );
  if (n === 0) throw new InputError("doctor: there are no points; give at least one, or leave points out");
  const at = points.data.findIndex((v) => !Number.isFinite(v));
  if (at >= 0)
    throw new InputError(
      `doctor: point ${Math.floor((at * n) / points.data.length)} (from 0) holds ${points.data[at]}; give finite points`,
    );
}

function describe(findings: readonly Finding[], left: readonly Check[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.flatMap(({ check, level, what, advice }) => [
    `${level.padEnd(4)}  ${check.padEnd(width)}  ${what}`,
    ...(advice === null ? [] : [`${" ".repeat(width + 8)}${advice}`]),
  ]);
  const skipped =
    left.length > 0 ? [`not asked before that is mended: ${left.map(({ name }) => name).join(", ")}`] : [];
  return [...lines, ...skipped, verdict(findings)].join("\n");
}

function verdict(findings: readonly Finding[]): string {
  const count = (wanted: Finding["level"]): number => findings.filter(({ level }) => level === wanted).length;
  const [bad, warn] = [count("bad"), count("warn")];
  const warnings = warn === 1 ? "1 warning" : `${warn} warnings`;
  const parts = [...(bad > 0 ? [`${bad} bad`] : []), ...(warn > 0 ? [warnings] : [])];
  return `${bad > 0 ? "Not healthy" : "Healthy"}${parts.length > 0 ? `: ${parts.join(", ")}` : ""}.`;
}
