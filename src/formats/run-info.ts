/** `run.json`: where a run comes from. */

import { z } from "zod";
import { InputError } from "../util/errors.js";
import { describeIssue } from "../util/options.js";
import { parseJsonObject } from "./json.js";

/** The version of the layout of a run's folder that this ebbflow writes and the newest it reads. */
export const runFormat = 1;

export interface RunInfo {
  readonly formatVersion: number;
  /** Version of ebbflow. */
  readonly ebbflow: string;
  /** Version of Node. */
  readonly node: string;
  /** System and processor, such as `linux-x64`. */
  readonly platform: string;
  readonly seed: number;
  readonly configHash: string;
  /** Of the rows; absent in runs of before. */
  readonly dataHash?: string;
  /** ISO 8601. */
  readonly created: string;
  readonly command?: readonly string[];
  /** The engine that was asked for by name. */
  readonly engine?: string;
}

const schema = z.object({
  formatVersion: z.int().positive(),
  ebbflow: z.string(),
  node: z.string(),
  platform: z.string(),
  seed: z.int(),
  configHash: z.string(),
  dataHash: z.string().exactOptional(),
  created: z.string(),
  command: z.array(z.string()).exactOptional(),
  engine: z.string().exactOptional(),
});

/** @param name opens the message. @throws InputError naming the field that is wrong. */
export function checkRunInfo(name: string, given: unknown): RunInfo {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new InputError(`${name}: ${describeIssue(parsed.error.issues[0]!)}`);
}

/**
 * What a `run.json` says.
 * @param name says in messages which file it is, `run` which run.
 * @throws InputError when it is broken, or a newer ebbflow made it.
 */
export function parseRunInfo(text: string, name = "run.json", run = name): RunInfo {
  const raw = parseJsonObject(text, `${name} is broken`);
  const { formatVersion: version, ebbflow } = raw;
  if (typeof version === "number" && version > runFormat)
    throw new InputError(
      `${run}: made by ebbflow ${ebbflow}, format ${version}; this ebbflow reads up to format ${runFormat}: upgrade ebbflow`,
    );
  return checkRunInfo(`${name} is broken`, raw);
}
