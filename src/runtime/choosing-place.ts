/** A host as a place for graphs: each is written for what is done with it first, and falls back to ONNX Runtime. */

import { usual } from "#ort";
import { workOf } from "../compiler/cost.js";
import { NoRule } from "../compiler/linearize.js";
import { keyOf } from "./artifact.js";
import { type EngineName, orderEngines } from "./choose.js";
import type { Computes } from "./engine.js";
import type { Host, Session } from "./host.js";
import type { Loaded, Place } from "./place.js";
import { sayOnce } from "./say-once.js";
import { sessionCache } from "./session-cache.js";
import { findWriters, type Writers } from "./writers.js";

const warn = (engine: Computes, reason: string): void =>
  sayOnce(`ebbflow: engine ${engine}: ${reason}; ONNX Runtime computes instead`);

/** What computes, and what computes where nobody chose. */
interface Choice {
  readonly writers: Writers;
  readonly usual: Computes;
}

async function findChoice(asked: EngineName): Promise<Choice> {
  const { writers, refused } = await findWriters(asked);
  if (asked === "auto") return { writers, usual };
  const only = (Object.keys(writers) as Computes[]).find((engine) => engine === asked) ?? "onnx";
  for (const [engine, reason] of Object.entries(refused)) warn(engine as Computes, reason);
  return { writers: { [only]: writers[only], onnx: writers.onnx }, usual: only };
}

/** The place that a host is, where programs are asked for by name or left to choice. */
export function choosingPlace<Held>(name: string, host: Host<Held>, asked: EngineName): Place<Held> {
  const loadedFor = sessionCache<Session<Held>>();
  let found: Promise<Choice> | undefined;
  const choice = (): Promise<Choice> => {
    found ??= findChoice(asked);
    return found;
  };
  return {
    name,
    read: (held) => host.read(held),
    drop: (held) => host.drop(held),
    async choose(results, runs) {
      const { writers, usual: only } = await choice();
      if (asked !== "auto") return only;
      return orderEngines(Object.keys(writers) as Computes[], workOf(results), runs)[0]!;
    },
    async load(inputs, outputs, options) {
      const { writers, usual: unless } = await choice();
      // What somebody asked for by name computes everything.
      const wanted = asked === "auto" && options.by && writers[options.by] ? options.by : unless;
      const at = async (engine: Computes): Promise<Loaded<Held>> => {
        const artifact = writers[engine]!(inputs, outputs, options);
        return { engine, session: await loadedFor(keyOf(artifact), () => host.load(artifact)) };
      };
      if (wanted === "onnx") return at("onnx");
      try {
        return await at(wanted);
      } catch (error) {
        // A graph that is wrong is wrong everywhere, and a thread that is gone is gone: ONNX Runtime says so.
        const loaded = await at("onnx");
        if (!(error instanceof NoRule)) warn(wanted, (error as Error).message);
        return loaded;
      }
    },
  };
}
