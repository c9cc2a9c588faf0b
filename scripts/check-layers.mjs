/**
 * Holds src to the layers of layer-rules.mjs.
 * `--self-test` plants violations in a copy of the tree and asks that each is found, with its file.
 */

import { checkLayers, showViolation } from "./layer-rules.mjs";
import { isSource, listFiles } from "./list-files.mjs";
import { selfTest } from "./plant-violations.mjs";
import { root } from "./run-command.mjs";

function main() {
  if (process.argv.includes("--self-test")) {
    const { planted, missed } = selfTest();
    for (const line of missed) console.log(line);
    console.log(`layers, self-test: ${planted} planted, ${missed.length} judged wrongly`);
    return missed.length === 0 ? 0 : 1;
  }
  const found = checkLayers(root);
  for (const violation of found) console.log(showViolation(violation));
  console.log(`layers: ${listFiles(root, "src", isSource).length} files, ${found.length} violations`);
  return found.length === 0 ? 0 : 1;
}

process.exitCode = main();
