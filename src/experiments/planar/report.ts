/** The page of an experiment in the plane. */

import type { Page, PageSection } from "../../report/page.js";
import { version } from "../../util/version.js";
import type { Budget, Outcome } from "../experiment.js";
import { cameOut, pageClaims } from "../page-claims.js";
import { isFinished, type Planar, type PlanarNumbers, type PlanarRun } from "./declaration.js";
import {
  acceptanceFigures,
  chainFigures,
  flowFigures,
  latentFigures,
  learnedFigures,
  lineFigures,
  spreadFigure,
  traceFigures,
  truthFigures,
  zoneBars,
} from "./figures.js";

/** As many digits as a table has room for. */
const rounded = (v: number | null, digits = 4): number | string | null =>
  v === null
    ? null
    : Math.abs(v) < 1e3 && (v === 0 || Math.abs(v) >= 1e-3)
      ? Number(v.toPrecision(digits))
      : v.toExponential(2);

/** Every run with what was measured of it. */
function everyRun({ measures }: Planar, runs: readonly PlanarRun[]): PageSection {
  return {
    heading: "Every run",
    text: measures.map(({ name, about }) => `${name}: ${about}`).join("\n\n"),
    table: {
      columns: [
        "method",
        "seed",
        "steps",
        ...measures.map(({ name }) => name),
        "KL",
        "log Z grid",
        "log Z importance",
        "edge mass",
        "seconds",
      ],
      rows: runs.map((run) => {
        const { method, seed, steps, learnt, failure, seconds } = run;
        const rest = learnt
          ? [rounded(learnt.kl), rounded(learnt.logZ.grid, 5), learnt.logZ.importance, rounded(learnt.edgeMass, 2)]
          : [`diverged: ${failure}`, null, null, null];
        return [
          ...[method, String(seed), String(steps)],
          ...measures.map(({ of }) => (learnt ? rounded(of(learnt, run)) : null)),
          ...rest,
          Number(seconds.toFixed(1)),
        ];
      }),
    },
  };
}

/** Methods in groups that one figure has room for: those whose colour is that of all others beside stand apart. */
function groupsOf({ methods }: Planar, runs: readonly PlanarRun[]): string[][] {
  const ran = Object.keys(methods).filter((name) => runs.some(({ method }) => method === name));
  const [main, others] = [
    ran.filter((m) => methods[m]!.role !== "data"),
    ran.filter((m) => methods[m]!.role === "data"),
  ];
  return [main, others].filter((group) => group.length > 0);
}

function sectionsOf(
  planar: Planar,
  { claims, table, numbers: { runs } }: Outcome<PlanarNumbers>,
  seed: number,
): PageSection[] {
  const first = runs.filter((run) => run.seed === seed);
  const shown = first.filter(isFinished);
  const groups = groupsOf(planar, runs);
  const inGroup = (group: readonly string[]) => shown.filter(({ method }) => group.includes(method));
  const sections: PageSection[] = [
    {
      heading: "Claims",
      claims: pageClaims(claims),
    },
    { heading: "Methods", text: "Medians over seeds, with the range where there are several.", table },
    { heading: "The truth and what was learned", figures: [...truthFigures(planar), ...learnedFigures(planar, shown)] },
    { heading: "Flows", figures: flowFigures(planar, shown) },
    {
      heading: `Densities ${planar.line.title}`,
      figures: groups.flatMap((group) => lineFigures(planar, inGroup(group))),
    },
    {
      heading: planar.trace.title,
      figures: [
        ...groups.map((group, i) =>
          spreadFigure(planar, `${planar.trace.title}, all seeds${i > 0 ? ", others" : ""}`, runs, group),
        ),
        ...traceFigures(planar, first),
      ],
    },
    { heading: "Weights of the zones", figures: zoneBars(planar, shown) },
    { heading: "Chains", figures: [...chainFigures(planar, shown), ...acceptanceFigures(planar, first)] },
    { heading: "Chains in latent space", figures: latentFigures(planar, shown) },
    everyRun(planar, runs),
  ];
  return sections.filter(({ figures }) => figures === undefined || figures.length > 0);
}

/** The page: claims, the table of methods, and the figures of the first seed. */
export function renderPlanar(planar: Planar, outcome: Outcome<PlanarNumbers>, { budget, seeds, seed }: Budget): Page {
  return {
    title: planar.title,
    intro: `${planar.intro}\n\n${cameOut(outcome.claims)} claims came out as expected.`,
    sections: sectionsOf(planar, outcome, seed),
    footer: `ebbflow ${version}, budget ${budget}, seeds ${seed} to ${seed + seeds - 1}.\n\n${planar.cite}. Reproduce with: ebbflow reproduce ${planar.name} --budget ${budget} --seeds ${seeds} --seed ${seed}`,
  };
}
