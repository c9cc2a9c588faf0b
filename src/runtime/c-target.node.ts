/** Programs as modules of C, compiled by the compiler of this machine: they compute in the arrays of the host. */

import { cMachine } from "../compiler/c/c-machine.js";
import { cTarget } from "../compiler/c/compile-c.node.js";
import { isRefused, type Refused } from "../compiler/c/run-tool.node.js";
import type { Tensor } from "../util/tensor.js";
import type { LoopsArtifact } from "./artifact.js";
import type { Host } from "./host.js";
import { loopsSession } from "./loops-session.js";
import type { CodeTarget } from "./write-loops.js";

/** Room in which kernels work, one for all programs of a thread: only one runs at a time. */
let workspace = new Uint8Array(0);

const PAGE = 65536;

/**
 * Memory of WebAssembly begins where a page does, so that no vector lies across two lines of a cache, which other arrays
 * cannot promise: some hundredths of the time of a program. More than it can hold is an array like others.
 */
function roomOf(bytes: number): Uint8Array<ArrayBuffer> {
  const pages = Math.ceil(bytes / PAGE);
  return new Uint8Array(pages > PAGE ? new ArrayBuffer(bytes) : new WebAssembly.Memory({ initial: pages }).buffer);
}

/** What C is written for, or in words why there is no C. */
export async function findCTarget(): Promise<CodeTarget | Refused> {
  const found = await cTarget();
  if (isRefused(found)) return found;
  const { command, processor, kept } = found;
  const where = typeof kept === "string" ? `modules are kept in ${kept}` : `modules are not kept: ${kept.refused}`;
  const about = `${command.join(" ")}, for registers of ${processor.lanes} numbers; ${where}`;
  return { about, open: () => cMachine(processor) };
}

/** What compiles C and runs it. */
export async function cHost(): Promise<Host<Tensor, LoopsArtifact>> {
  const found = await cTarget();
  return {
    async load(artifact) {
      const { constants, workspaceBytes } = artifact;
      const module = isRefused(found) ? found : await found.compile(artifact.code as string);
      if (isRefused(module)) throw new Error(module.refused);
      return loopsSession<Tensor>(artifact, (inputs, results) => {
        if (workspace.length < workspaceBytes) workspace = roomOf(workspaceBytes);
        const given = inputs.map((x) => ("held" in x ? x.held : x.tensor).data);
        module.run([...given, ...results.map(({ tensor }) => tensor.data), constants, workspace]);
        return results.map(({ tensor, keep }) => (keep ? tensor : null));
      });
    },
    read: async ({ data, ...type }) => ({ ...type, data: data.slice() }),
    // The memory is this thread's own: its collector sees it.
    drop() {},
  };
}
