/** The commands of README.md, "Your own data", run as they stand on the files they name; only the trainings are shortened. */

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readCsv } from "../../src/data/csv.js";
import { ebbflow, scratch, tiny } from "./run-cli.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const section = readFileSync(join(root, "README.md"), "utf8").split("## Your own data")[1]!.split("\n## ")[0]!;
const block = /```sh\n([\s\S]*?)```/.exec(section)![1]!;
const lines = block.replaceAll("\\\n", " ").trim().split("\n");
const words = (line: string): string[] => line.replace(/\s#.*/, "").trim().split(/\s+/);
// A shell takes quotes off. The studio serves until it is told to end (studio.test.ts).
const commands = lines
  .map((line) =>
    words(line)
      .slice(2)
      .map((word) => word.replace(/^"(.*)"$/, "$1")),
  )
  .filter(([name]) => name !== "studio");

/** What a command is given besides, so that it takes a second. */
function shorter([command, ...args]: readonly string[]): readonly string[] {
  if (command === "train")
    return [
      ...["--steps", "10"],
      ...tiny.map((s) => (args.includes("--label") ? s.replace("objective.", "objective.likelihood.") : s)),
    ];
  if (command === "sample") return ["--chains", "32", "--warmup", "20"];
  return command === "impute" || command === "denoise" ? ["--warmup", "20", "--draws", "10"] : [];
}

test("every command ends well and writes what it says", async () => {
  const folder = scratch();
  cpSync(join(root, "examples"), join(folder, "examples"), { recursive: true });
  expect(commands.map(([name]) => name)).toEqual(
    expect.arrayContaining(["train", "evaluate", "sample", "score", "impute", "classify", "denoise"]),
  );
  for (const args of commands) {
    const { code, stderr } = await ebbflow([...args, ...shorter(args)], folder);
    expect({ args: args.join(" "), code, stderr: code === 0 ? "" : stderr }).toMatchObject({ code: 0 });
    const out = args[args.indexOf("--out") + 1];
    if (args.includes("--out")) expect(existsSync(join(folder, out!)), out).toBe(true);
  }
  const { rows } = readCsv(readFileSync(join(folder, "filled.csv"), "utf8"), { fit: false });
  expect(rows.data.every(Number.isFinite)).toBe(true);
});

test("the example tables are those that their script makes", () => {
  const folder = scratch();
  execFileSync(process.execPath, [join(root, "scripts", "examples.mjs"), folder]);
  const made = readdirSync(folder);
  expect(made).toHaveLength(3);
  for (const name of made)
    expect(readFileSync(join(root, "examples", name), "utf8")).toBe(readFileSync(join(folder, name), "utf8"));
});
