/** One source compiled to a module that Node loads, in a folder for it alone. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Processor } from "./processor.js";
import { isRefused, type Refused, runTool } from "./run-tool.node.js";

/** A compiler that works. */
export interface Compiler {
  /** The program, and what it is always given first. */
  readonly command: readonly [string, ...string[]];
  readonly flags: readonly string[];
  readonly processor: Processor;
  /** Tells it, its version and this processor from others. */
  readonly identity: string;
}

/**
 * In a folder that is the caller's to remove, where the compiler keeps what is its own too.
 * @throws what the disk says where the source cannot be written.
 */
export async function compileObject(
  compiler: Pick<Compiler, "command" | "flags">,
  source: string,
  work: string,
  timeout: number,
): Promise<{ readonly path: string } | Refused> {
  writeFileSync(join(work, "module.c"), source, { mode: 0o600 });
  const env = { ...process.env, TMPDIR: work, LC_ALL: "C" };
  const command = [...compiler.command, ...compiler.flags, "module.c", "-o", "module.node"] as const;
  const ran = await runTool(command as readonly [string, ...string[]], { timeout, cwd: work, env });
  return isRefused(ran) ? ran : { path: join(work, "module.node") };
}
