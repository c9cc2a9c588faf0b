/** What there is in this thread to compute with, and which of it a program is given. */

import { findCTarget } from "#c-target";
import { loadRuntime, usual } from "#ort";
import { type EngineName, orderEngines } from "./choose.js";
import { chosenPlace, type HeldBy } from "./chosen-place.js";
import type { Computes } from "./engine.js";
import type { LoopTarget } from "./loops-place.js";
import { loopsPlace } from "./loops-place.js";
import { onnxPlace } from "./onnx-engine.js";
import type { Place } from "./session.js";
import { findWasmTarget } from "./wasm-target.js";

/** The places of this thread as one, which chooses among all that are there, or is held to one of them. */
export async function ownPlace(name: EngineName): Promise<Place<HeldBy>> {
  const c = name === "auto" || name === "c" ? await findCTarget() : null;
  const wasm = name === "auto" || name === "wasm" ? findWasmTarget() : null;
  const onnx = async (): Promise<Place<unknown>> => onnxPlace(await loadRuntime(name)) as Place<unknown>;
  const told = new Set<string>();
  const warn = (line: string): void => {
    // biome-ignore lint/suspicious/noConsole: what nobody asked for is said where warnings are.
    if (!told.has(line)) console.warn(`ebbflow: ${line}; ONNX Runtime computes instead`);
    told.add(line);
  };
  for (const [asked, target] of [["c", c] as const, ["wasm", wasm] as const])
    if (name === asked && target && "refused" in target) warn(`engine ${asked}: ${target.refused}`);
  // What a place holds is its own affair: here it is handed back to the place that holds it.
  const place =
    <Held>(target: LoopTarget<Held>) =>
    async () =>
      loopsPlace(target) as unknown as Place<unknown>;
  const there: Partial<Record<Computes, () => Promise<Place<unknown>>>> = { onnx };
  if (c && !("refused" in c)) there.c = place(c);
  if (wasm && !("refused" in wasm)) there.wasm = place(wasm);
  const names = Object.keys(there) as Computes[];
  const only = names.find((n) => n === name) ?? "onnx";
  return chosenPlace({
    name: "here",
    places: there,
    warn,
    usual: name === "auto" ? usual : only,
    fastest: (work, runs) => (name === "auto" ? orderEngines(names, work(), runs)[0]! : only),
  });
}
