/** What is known of the folder of a run without its model: its configuration, how it was judged, what was wrong with it. */

import { config as configs } from "ebbflow";
import { parseRunInfo } from "ebbflow/formats";
import { findingsOf, type HealthFinding } from "ebbflow/train";
import { fetched, textOf } from "./fetched.js";
import { type Figure, figuresOf, type Judgement } from "./figures.js";

/** Plain data. */
export interface FolderFacts {
  readonly method: string;
  readonly steps: number;
  /** With everything in it. */
  readonly config: Readonly<Record<string, unknown>>;
  /** ISO 8601. */
  readonly created: string;
}

/** How a run was judged at its end. */
export interface FolderEnd {
  /** Steps trained, and the one whose parameters were judged. */
  readonly steps: number;
  readonly selected: number;
  /** Whether it ended before its last step, by its patience. */
  readonly ended: boolean;
  readonly figures: readonly Figure[];
  readonly verdict: string;
  readonly health: readonly Pick<HealthFinding, "rule" | "level" | "what">[];
}

/** @throws Error in a line where the folder is none of a run, or damaged. */
export async function folderFacts(base: string): Promise<FolderFacts> {
  const info = parseRunInfo(await textOf(base, "run.json"));
  const config = configs.parseConfig(await textOf(base, "config.yaml"), "config.yaml");
  return {
    method: config.objective.name,
    steps: config.steps,
    config: JSON.parse(JSON.stringify(config)) as FolderFacts["config"],
    created: info.created,
  };
}

const toldOf = (findings: readonly HealthFinding[]): FolderEnd["health"] =>
  findings.map(({ rule, level, what }) => ({ rule, level, what }));

/** @throws Error in a line where the summary is missing or damaged. */
export async function folderEnd(base: string): Promise<FolderEnd> {
  const text = await textOf(base, "summary.json");
  let summary: Judgement;
  try {
    summary = JSON.parse(text) as Judgement;
  } catch {
    throw new Error("summary.json is damaged");
  }
  const { steps, selected, ended = false, evaluation, health = [] } = summary;
  if (!evaluation?.model) throw new Error("summary.json is damaged: it has no evaluation");
  return {
    ...{ steps, selected, ended, verdict: evaluation.verdict },
    figures: figuresOf(summary),
    health: toldOf(health),
  };
}

/** Bytes of the head of a checkpoint that are read first: what it remembers of health is seldom more. */
const HEAD = 1 << 16;

/**
 * What the health monitor had seen until a checkpoint, of which the head alone is read; `null` where that does not say.
 * @param path of the checkpoint in the folder.
 */
export async function folderHealth(base: string, path: string): Promise<FolderEnd["health"] | null> {
  const first = await fetched(base, path, 0, HEAD);
  if (!first || first.length < 8) return null;
  const length = Number(new DataView(first.buffer, first.byteOffset).getBigUint64(0, true));
  if (length > 2 ** 26) return null;
  const head = length + 8 > first.length ? await fetched(base, path, 0, length + 8) : first;
  try {
    const text = new TextDecoder().decode(head!.subarray(8, 8 + length));
    const { __metadata__: about } = JSON.parse(text) as { __metadata__: { meta: string } };
    return toldOf(findingsOf(JSON.parse(about.meta) as Parameters<typeof findingsOf>[0]));
  } catch {
    return null;
  }
}
