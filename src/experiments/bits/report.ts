/** The page of the tables of bits. */

import type { Page } from "../../report/page.js";
import { version } from "../../util/version.js";
import type { Budget, Outcome } from "../experiment.js";
import { cameOut, pageClaims } from "../page-claims.js";
import { sets } from "./sets.js";
import { type BitsNumbers, distinct, methodOf } from "./summary.js";

export function renderBits({ claims, table, numbers }: Outcome<BitsNumbers>, { budget, seeds, seed }: Budget): Page {
  const { runs } = numbers;
  const cites = distinct(
    distinct(runs.map(({ set }) => set)).flatMap((set) => sets[set]!.published.map(({ cite }) => cite)),
  );
  const brackets = runs.filter(({ bracket }) => bracket !== null);
  return {
    title: "Tables of bits, beside published likelihoods",
    intro: `Models trained on the training rows, kept at the step that is best on the validation rows, and judged once on the test rows: mean log-likelihood in nats a row, ${seeds} seed${seeds === 1 ? "" : "s"}. Log Z is the exact sum over states wherever that is possible. ${cameOut(claims)} claims came out as expected.`,
    sections: [
      { heading: "Claims", claims: pageClaims(claims) },
      {
        heading: "Likelihoods",
        text: `The ± is one standard error over the rows. Of several seeds the one in the middle is shown. Published: ${cites.join("; ")}.`,
        table,
      },
      {
        heading: "Log Z",
        text: "Annealing from the uniform law to the model is low on average, and from draws of the model back to it high; what each proves holds with a chance of 97.5 %, whatever the law of its weights. Neither knows the exact sum.",
        table: {
          columns: ["data", "model", "seed", "exact", "at least", "at most", "forwards", "backwards"],
          rows: brackets.map((run) => {
            const { bounds, rows } = run.bracket!;
            const of = (name: string) => rows.find((row) => row.name === name)?.logZ ?? null;
            return [
              ...[run.set, methodOf(run).label, `${run.seed}`, run.exact],
              ...[bounds[0], bounds[1], of("ais"), of("reverse-ais")],
            ];
          }),
        },
      },
    ],
    footer: `ebbflow ${version}. Reproduce with: ebbflow reproduce bits --budget ${budget} --seeds ${seeds} --seed ${seed} --data <dir>`,
  };
}
