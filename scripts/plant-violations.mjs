/** The self-test of check-layers: plants files in a copy of the tree and asks that the check says what is true of them. */

import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cases } from "./layer-cases.mjs";
import { checkLayers, showViolation } from "./layer-rules.mjs";
import { root } from "./run-command.mjs";

function plant(base, files) {
  const made = [];
  for (const [path, text] of Object.entries(files)) {
    const file = join(base, path);
    if (existsSync(file)) continue; // a real barrel or engine serves as well
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    made.push(file);
  }
  return () => {
    for (const file of made) rmSync(file);
  };
}

function judge({ name, refused }, found) {
  if (!refused)
    return found.length === 0 ? [] : [`${name} is allowed but was refused: ${found.map(showViolation).join("; ")}`];
  const file = refused[0];
  const named = found.some((one) => one.file === file && one.message.includes(refused[1]));
  return named
    ? []
    : [`${name} in ${file} was not refused${found.length ? `; instead: ${found.map(showViolation).join("; ")}` : ""}`];
}

/** How many cases were planted, and a line for each that was judged wrongly. */
export function selfTest() {
  const base = mkdtempSync(join(tmpdir(), "ebbflow-layers-"));
  try {
    for (const part of ["src", "bench", "studio", "package.json"]) {
      if (existsSync(join(root, part))) cpSync(join(root, part), join(base, part), { recursive: true });
    }
    const before = new Set(checkLayers(base).map(showViolation));
    const missed = cases.flatMap((one) => {
      const remove = plant(base, one.files);
      const found = checkLayers(base).filter((violation) => !before.has(showViolation(violation)));
      remove();
      return judge(one, found);
    });
    return { planted: cases.length, missed };
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}
