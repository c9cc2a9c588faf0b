import { existsSync } from "node:fs";
import type { OpenRun } from "../run/open.js";
import type { RunSummary } from "../run/run-summary.js";
import { showSummary } from "./show-summary.js";
import { print, printJson, quote, say } from "./terminal.js";

/** Print the summary of a run, and what can be done with it next. */
export function tellSummary(
  run: OpenRun,
  summary: RunSummary,
  { json = false, quiet = false }: { readonly json?: boolean; readonly quiet?: boolean },
): void {
  const { path, files } = run.directory;
  if (json) {
    const { steps, evaluation, selected, ended, engine, calibration = null, health = [] } = summary;
    printJson({
      run: path,
      step: steps,
      finished: ended ?? steps >= run.config.steps,
      summary: { steps, selected, ...(engine ? { engine } : {}), evaluation, calibration, health },
    });
    return;
  }
  for (const line of showSummary(run, summary)) print(line);
  if (quiet) return;
  const again = existsSync(files.report) ? [`open ${quote(files.report)}`] : [];
  const next = [`ebbflow sample ${quote(path)} -n 1000 --out samples.csv`, ...again];
  say("", ...next.map((line, i) => `${i === 0 ? "next: " : "      "}${line}`));
}
