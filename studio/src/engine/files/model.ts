import type { FileMember } from "./file.js";

/** The model as the library saves it: `openModel` and the command line read it. */
export const model: FileMember = {
  name: "model",
  title: "model",
  about:
    "The model that the configuration selects, with its scales and log Z, in one file: openModel and ebbflow score or sample read it.",
  fits: () => true,
  async make({ session }) {
    return {
      file: "model.ebbflow",
      type: "application/octet-stream",
      bytes: await (await session.trained()).bytes(),
    };
  },
};
