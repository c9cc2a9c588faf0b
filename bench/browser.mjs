/** Our modules beside onnxruntime-web in headless Chromium. */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { pinning } from "./contender.mjs";
import { compare, least, middle } from "./rounds.mjs";
import { columns, digits } from "./table.mjs";

const opener = fileURLToPath(new URL("../scripts/plain-page.mjs", import.meta.url));

/** A table of sizes: milliseconds of a Langevin step, and how much longer onnxruntime-web takes. */
export async function inBrowser({ rounds, quick }) {
  const all = [
    { batch: 128, width: 64 },
    { batch: 512, width: 64 },
    { batch: 512, width: 128 },
  ];
  const sizes = quick ? all.slice(0, 1) : all;
  const page = ["bench/browser-page.mjs", JSON.stringify({ sizes, rounds })];
  const [program, ...args] = [...pinning(), process.execPath, opener, ...page];
  const { stdout } = await promisify(execFile)(program, args, { maxBuffer: 2 ** 26 });
  const found = JSON.parse(stdout);
  if (found.missing) return found.missing;
  const rows = found.map(({ size, contenders: [mine, theirs] }) => {
    const { ratio, low, high, ofLeast } = compare(mine.ms, theirs.ms);
    const times = [mine, theirs].map(({ ms }) => `${digits(middle(ms))} (${digits(least(ms))})`);
    const first = [mine, theirs].map((one) => `${Math.round(one.first)}`);
    return [
      ...[`${size.batch}x${size.width}`, mine.computed, ...times],
      ...[`${digits(ratio)} (${digits(low)}-${digits(high)})`, digits(ofLeast), ...first],
    ];
  });
  const head = [
    "size",
    "ours is",
    "ours ms",
    "onnxruntime-web ms",
    "web / ours",
    "of the least",
    "ours first ms",
    "web first ms",
  ];
  return `ms per Langevin step in Chromium, one thread: median (least)\n${columns([head, ...rows], 2)}`;
}
