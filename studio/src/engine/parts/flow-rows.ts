import { fold, makeKey } from "ebbflow/random";
import type { Part } from "./part.js";

const ROWS = 400;

/** Rows of the flow, of the same noise at every step: they move as the flow does, and do not flicker. */
export const flowRows: Part = {
  name: "flow-rows",
  async compute({ session, programs }) {
    const rows = await programs.flowRows(fold(makeKey(session.config.seed), "studio: rows of the flow"), ROWS);
    return rows && { rows: Float32Array.from(rows.data) };
  },
};
