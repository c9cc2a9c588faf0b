/**
 * `npm run hostile`: what nobody would give a program on purpose, and what machines do to it. Each case is a call of the
 * command line or more, in a folder of its own, and every call is held to the promises of `promises.mjs`.
 * `--quick` runs a part of each suite, `--only TEXT` the cases whose name has it, `--seed N` draws other ones,
 * `--jobs N` at a time. Prints what broke, and ends with `N survived, N failed`.
 */

import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { main, setup } from "../scripts/setup.mjs";
import { newBox } from "./box.mjs";
import * as suites from "./members.mjs";
import { newShared } from "./shared.mjs";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    seed: { type: "string", default: "1" },
    jobs: { type: "string", default: String(Math.min(4, availableParallelism())) },
    verbose: { type: "boolean", default: false },
  },
});

const short = (text, most = 160) => (text.length > most ? `${text.slice(0, most)} …` : text);
/** As JSON shows them, so that what breaks a terminal does not break that of who reads this. */
const indent = (text) =>
  text
    .split("\n")
    .map((line) => `      ${JSON.stringify(line).slice(1, -1)}`)
    .join("\n");

await main(async () => {
  await setup({ build: true });
  const all = Object.values(suites).flatMap(({ name, cases }) =>
    [...cases(Number(values.seed))].map((one) => ({ ...one, name: `${name}: ${one.name}` })),
  );
  const chosen = all.filter(({ name, quick }) => name.includes(values.only) && (quick || !values.quick));
  const shared = newShared();
  let [survived, failed] = [0, 0];
  const waiting = chosen.values();
  const work = async () => {
    for (const one of waiting) {
      const { broken, told } = await tryCase(one, shared);
      if (broken.length === 0) survived++;
      else failed++;
      if (broken.length > 0 || values.verbose) console.log(`${broken.length > 0 ? "FAILED" : "ok"} ${told}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: Number(values.jobs) }, work));
  } finally {
    shared.close();
  }
  console.log(`${survived} survived, ${failed} failed`);
  process.exitCode = failed === 0 && survived > 0 ? 0 : 1;
});

async function tryCase({ name, run }, shared) {
  const box = newBox(shared.of);
  try {
    await run(box);
  } catch (error) {
    box.broken.push(String(error.stack ?? error));
  } finally {
    box.close();
  }
  const said = box.calls.map(
    ({ args, stderr }) => `    ebbflow ${short(args.join(" "))}\n${indent(short(stderr.trim(), 600))}`,
  );
  return { broken: box.broken, told: [name, ...box.broken.map((one) => `  ${one}`), ...said].join("\n") };
}
