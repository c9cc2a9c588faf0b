/** What several experiments found, on one page with every claim's verdict, and as data. */

import { join } from "node:path";
import { newDocument } from "../report/document.node.js";
import { type Page, type PageSection, renderPage } from "../report/page.js";
import { writeAtomic } from "../store/atomic.js";
import { version } from "../util/version.js";
import type { Reproduced } from "./execute.node.js";
import type { Claim } from "./experiment.js";
import { cameOut, pageClaims } from "./page-claims.js";

export interface Overview {
  readonly reproduced: readonly Reproduced[];
  /** The command that does all of it. */
  readonly command: string;
  /** How many experiments were asked for; some may not be concluded yet. */
  readonly asked: number;
}

const claimsOf = (all: readonly Reproduced[]): readonly Claim[] => all.flatMap(({ outcome }) => outcome?.claims ?? []);

/** A row an experiment: its name, how many claims came out, minutes that its units took together. */
export const overviewTable = (
  all: readonly Reproduced[],
): { readonly columns: readonly string[]; readonly rows: readonly (readonly [string, string, string])[] } => ({
  columns: ["experiment", "claims that came out", "minutes"],
  rows: all.map((one) => [
    one.experiment.name,
    one.failure ? "failed to run" : cameOut(claimsOf([one])),
    (one.seconds / 60).toFixed(1),
  ]),
});

function sectionOf({ experiment: { name, about, cite }, outcome, failure }: Reproduced): PageSection {
  if (outcome === undefined)
    return {
      heading: name,
      text: `${about}\n\nFailed to run${failure?.unit ? `, in ${failure.unit}` : ""}: ${failure?.error}`,
    };
  return {
    heading: name,
    text: `${about}\n\n${cite}`,
    link: { href: `${name}/report.html`, text: `The report of ${name}` },
    claims: pageClaims(outcome.claims),
  };
}

/** Whether it ran and every claim came out. */
/** Whether it claims something, and all of it came out. */
export const allPassed = ({ outcome }: Reproduced): boolean =>
  outcome !== undefined && outcome.claims.length > 0 && outcome.claims.every(({ passed }) => passed);

/** An experiment as data, without its numbers. */
const summaryOf = (one: Reproduced) => ({
  ...{ experiment: one.experiment.name, ...one.asked, passed: allPassed(one), seconds: one.seconds },
  ...(one.outcome ? { claims: one.outcome.claims } : { error: String(one.failure?.error), unit: one.failure?.unit }),
});

/** Write `report.html`, and `results.json` when all is done, of a folder in which each experiment has its own by its name. */
export function writeOverview(folder: string, { reproduced, command, asked }: Overview): void {
  const left = asked - reproduced.length;
  const waiting = left > 0 ? ` ${left} of ${asked} experiments are not done yet.` : "";
  const page: Page = {
    title: "Experiments and their claims",
    intro: `${cameOut(claimsOf(reproduced))} claims of ${reproduced.length} experiments came out as expected.${waiting}`,
    sections: [{ heading: "Overview", table: overviewTable(reproduced) }, ...reproduced.map(sectionOf)],
    footer: `ebbflow ${version}. Minutes are those of the units of an experiment, one after another. Reproduce with: ${command}`,
  };
  writeAtomic(join(folder, "report.html"), renderPage(page, newDocument()));
  if (left > 0) return;
  const results = { ebbflow: version, passed: reproduced.every(allPassed), experiments: reproduced.map(summaryOf) };
  writeAtomic(join(folder, "results.json"), `${JSON.stringify(results)}\n`);
}
