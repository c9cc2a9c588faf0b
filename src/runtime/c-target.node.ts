/** Programs as modules of C, compiled by the compiler of this machine: they compute in the arrays of the host. */

import { cMachine } from "../compiler/c/c-machine.js";
import { type CTarget, cTarget } from "../compiler/c/compile-c.node.js";
import { isRefused } from "../compiler/c/run-tool.node.js";
import type { Tensor } from "../util/tensor.js";
import type { LoopTarget } from "./loops-place.js";

/** Room in which kernels work, one for all programs of a thread: only one runs at a time. */
let workspace = new Uint8Array(0);

/** The target, or in words why there is none. */
export async function findCTarget(): Promise<LoopTarget<Tensor> | { readonly refused: string }> {
  const found = await cTarget();
  return isRefused(found) ? found : targetOf(found);
}

const targetOf = ({ processor, compile }: CTarget): LoopTarget<Tensor> => ({
  name: "c",
  open: () => cMachine(processor),
  async load(code, { constants, workspaceBytes }) {
    const module = await compile(code as string);
    if (isRefused(module)) throw new Error(module.refused);
    return (inputs, results) => {
      if (workspace.length < workspaceBytes) workspace = new Uint8Array(workspaceBytes);
      const given = inputs.map((x) => ("held" in x ? x.held : x.tensor).data);
      module.run([...given, ...results.map(({ tensor }) => tensor.data), constants, workspace]);
      return results.map(({ tensor, keep }) => (keep ? tensor : null));
    };
  },
  read: ({ data, ...type }) => ({ ...type, data: data.slice() }),
  // The memory is this thread's own: its collector sees it.
  drop() {},
});
