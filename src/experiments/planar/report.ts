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

/** Runs by what one figure has room for, with what stands behind its title: those in the colour of the others are apart. */
function groupsOf<Run extends PlanarRun>({ methods }: Planar, runs: readonly Run[]): [which: string, runs: Run[]][] {
  const isOther = ({ method }: Run): boolean => methods[method]!.role === "data";
  const groups: [string, Run[]][] = [
    ["", runs.filter((run) => !isOther(run))],
    [", others", runs.filter(isOther)],
  ];
  return groups.filter(([, own]) => own.length > 0);
}

function sectionsOf(
  planar: Planar,
  { claims, table, numbers: { runs } }: Outcome<PlanarNumbers>,
  seed: number,
): PageSection[] {
  const first = runs.filter((run) => run.seed === seed);
  const shown = first.filter(isFinished);
  // Of a training of one step there is nothing to follow.
  const followed = (run: PlanarRun): boolean => run.curve.length > 1;
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
      figures: groupsOf(planar, shown).flatMap(([which, own]) => lineFigures(planar, which, own)),
    },
    {
      heading: planar.trace.title,
      figures: [
        ...groupsOf(planar, runs.filter(followed)).map(([which, own]) =>
          spreadFigure(planar, `${planar.trace.title}, all seeds${which}`, own),
        ),
        ...traceFigures(planar, first.filter(followed)),
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
