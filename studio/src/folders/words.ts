/** What is said of a run in a table. */

import type { FolderEnd } from "../engine/folders/facts.js";
import type { Folder } from "../state/folder.svelte.js";

export const fixed = (value: number | null | undefined, digits = 4): string =>
  value === null || value === undefined || Number.isNaN(value)
    ? "–"
    : value.toFixed(digits).replace(/^-(0\.?0*)$/, "$1");

/** A number with its error: as a deviation where there is one. */
export const withError = (value: number | null, error: number | null): string =>
  error === null || value === null
    ? fixed(value)
    : `${fixed(value)} ± ${error > 0 && error < 1e-4 ? error.toExponential(0) : fixed(error)}`;

/** Where a run stands, in words. */
export function stateText({ state, seen, standing, facts, problem }: Folder): string {
  if (state === "gone") return "gone: there is no such folder any more";
  if (state === "damaged") return `damaged: ${problem}`;
  if (state !== "running") return state === "reading" ? "reading …" : state;
  const over = seen?.evaluated || (facts && standing && standing.step >= facts.steps);
  return over ? "running: being judged" : "running";
}

/**
 * The last log-likelihood of rows held out: that of test rows where the run has ended, else of validation rows, which are
 * told in the coordinates of the model.
 */
export function heldOutText({ end, standing }: Folder): string {
  const model = end?.figures[0];
  if (model) return `${withError(model.value, model.standardError)}, test rows`;
  const found = standing?.heldOut;
  return found ? `${withError(found.value, found.error)} at step ${found.step}, validation rows, standardised` : "–";
}

export function healthText(health: Folder["health"]): string {
  if (!health) return "not known yet";
  const { found, until } = health;
  const bad = found.filter(({ level }) => level === "bad").length;
  if (found.length === 0) return `nothing wrong until step ${until}`;
  const count = `${found.length} found${bad > 0 ? `, ${bad} bad` : ""}`;
  return `${count}: ${found.map(({ rule }) => rule).join(", ")}`;
}

/** All that health has to say, for who asks. */
export const healthTitle = (found: FolderEnd["health"] = []): string => found.map(({ what }) => what).join("\n");
