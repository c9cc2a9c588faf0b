import { encodeCheckpoint } from "ebbflow/formats";
import type { FileMember } from "./file.js";

/** Everything the rest of the training depends on, as the command line keeps it in a folder of a run. */
export const weights: FileMember = {
  name: "weights",
  title: "weights",
  about: "The state of the training as it stands: parameters, their averages, optimizers and chains, as safetensors.",
  fits: () => true,
  async make({ session }) {
    const { step, tensors, meta } = session.checkpoint();
    const bytes = encodeCheckpoint({ step, tensors: { ...tensors }, meta: { ...meta } });
    return { file: `step-${String(step).padStart(8, "0")}.safetensors`, type: "application/octet-stream", bytes };
  },
};
