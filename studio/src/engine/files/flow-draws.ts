import { fold, makeKey } from "ebbflow/random";
import { tableFiles } from "./tables.js";

const ROWS = 2000;

/** Draws of the flow as it is, which is not the model where an energy is trained. */
export const flowDraws = tableFiles({
  name: "flow-draws",
  title: "draws of the flow",
  about: `${ROWS} rows of the flow as it is now. Where an energy is trained they are its proposals, not the model.`,
  fits: ({ model }) => model.flow !== undefined,
  rows: ({ session, programs }) =>
    programs.flowRows(fold(makeKey(session.config.seed), "studio: draws of the flow"), ROWS),
});
