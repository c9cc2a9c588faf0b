/** A host as a place for graphs: each is written for what is done with it first, and falls back to ONNX Runtime. */

import { processor, usual } from "#ort";
import { workOf } from "../compiler/cost.js";
import { NoRule } from "../compiler/linearize.js";
import { keyOf, type OnnxArtifact, type Writer } from "./artifact.js";
import { type Chosen, type EngineName, orderEngines, runTimeOf } from "./choose.js";
import { noteComputed } from "./computed.js";
import type { Computes } from "./engine.js";
import type { Host, Session } from "./host.js";
import { reasonOf } from "./load-runtime.js";
import type { Loaded, Place } from "./place.js";
import { precisionOf } from "./precision.js";
import { sayOnce } from "./say-once.js";
import { sessionCache } from "./session-cache.js";
import { onnxWriter } from "./write-onnx.js";
import { type Compiled, type Found, findWriters } from "./writers.js";

const warn = (engine: string, reason: string, what = "computes instead"): void =>
  sayOnce(`ebbflow: engine ${engine}: ${reason}; ONNX Runtime ${what}`);

/** WebGPU has no double precision: a program of it, or the part of one that is, is the processor's. */
const NO_DOUBLE = "there is no double precision on it";
const ITS = "computes that on the processor";

/** What programs are written for: our compiler's engines, or a build of ONNX Runtime. */
type Target = Compiled | OnnxArtifact["build"];

interface Choice extends Pick<Found, "writers"> {
  /** For programs of which nobody says more. */
  readonly usual: Target;
}

/** The target that an engine is, if it is there. Whichever build a machine has is its own ONNX Runtime. */
function targetOf(engine: Computes, { writers }: Pick<Found, "writers">): Target | undefined {
  if (engine === "c" || engine === "wasm") return writers[engine] && engine;
  return engine === "onnx" || engine === processor ? "auto" : engine;
}

async function findChoice(asked: EngineName): Promise<Choice> {
  const found = await findWriters(asked);
  for (const [engine, reason] of asked === "auto" ? [] : Object.entries(found.refused)) warn(engine, reason);
  // Of ONNX Runtime a build that is asked for by name is that, and no other.
  const named = asked === "onnx" ? asked : targetOf(asked === "auto" ? usual : asked, found);
  return { writers: found.writers, usual: named ?? "auto" };
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
      if (asked !== "auto") return only === "auto" ? processor : only;
      const there: readonly Chosen[] = [...(Object.keys(writers) as Compiled[]), processor];
      return orderEngines(there, workOf(results), runs)[0]!;
    },
    estimate(results, by) {
      const computes = asked === "auto" ? by : asked;
      return computes === "webgpu" || computes === "cuda" ? null : runTimeOf(computes, workOf(results));
    },
    async load(inputs, outputs, options) {
      const known = await choice();
      const at = async (target: Target): Promise<Loaded<Held>> => {
        const writer: Writer = target === "c" || target === "wasm" ? known.writers[target]! : onnxWriter(target);
        const artifact = writer(inputs, outputs, options);
        const session = await loadedFor(keyOf(artifact), () => host.load(artifact));
        noteComputed(session.engine);
        return { engine: session.engine, session };
      };
      // What somebody asked for by name computes everything.
      const wanted = (asked === "auto" && options.by && targetOf(options.by, known)) || known.usual;
      if (wanted === "auto" || wanted === processor) return at(wanted);
      const precision = wanted === "webgpu" ? precisionOf(Object.values(outputs)) : "single";
      try {
        const loaded = await at(precision === "double" ? "auto" : wanted);
        if (precision === "double" || (precision === "mixed" && loaded.engine === wanted)) warn(wanted, NO_DOUBLE, ITS);
        return loaded;
      } catch (error) {
        // A graph that is wrong is wrong everywhere, and a thread that is gone is gone: ONNX Runtime says so.
        const loaded = await at("auto");
        if (precision === "mixed") warn(wanted, NO_DOUBLE, `${ITS}, with the rest of a program`);
        else if (!(error instanceof NoRule)) warn(wanted, reasonOf(error));
        else if (asked !== "auto") warn(wanted, error.message, "computes programs with it");
        return loaded;
      }
    },
  };
}
