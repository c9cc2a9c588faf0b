/** This thread as a host of every kind of artifact: each is loaded by what computes it, opened when it is first needed. */

import { cHost } from "#c-target";
import type { Tensor } from "../util/tensor.js";
import type { Artifact } from "./artifact.js";
import type { Host, Session } from "./host.js";
import { loadRuntime } from "./load-runtime.js";
import { wasmHost } from "./wasm-target.js";

/** What a host holds is its own affair: it is handed back to the host that holds it. */
type Any = Host<unknown>;

/** A tensor with what holds it. */
export interface HeldBy {
  readonly host: Any;
  readonly held: unknown;
}

/** What loads one kind of artifact, and is given no other. */
async function hostOf(artifact: Artifact): Promise<Any> {
  if (artifact.engine === "onnx") return (await loadRuntime(artifact.build)) as Any;
  return (artifact.engine === "c" ? await cHost() : wasmHost()) as Any;
}

/** What one kind of program holds the others are given. */
export function ownHost(): Host<HeldBy> {
  const opened = new Map<string, Promise<Any>>();
  const open = (artifact: Artifact): Promise<Any> => {
    // A build is what was asked for, and may have the name of another engine, whose programs it is not given.
    const kind = artifact.engine === "onnx" ? `onnx ${artifact.build}` : artifact.engine;
    let host = opened.get(kind);
    if (!host) {
      host = hostOf(artifact);
      opened.set(kind, host);
    }
    return host;
  };
  return {
    async load(artifact) {
      const host = await open(artifact);
      return sessionAt(host, await host.load(artifact));
    },
    read: ({ host, held }) => host.read(held),
    drop: ({ host, held }) => host.drop(held),
  };
}

/** A session that also takes what others hold. */
const sessionAt = (host: Any, session: Session<unknown>): Session<HeldBy> => ({
  engine: session.engine,
  async run(feeds, held, keep) {
    const [given, own]: [Record<string, Tensor>, Record<string, unknown>] = [{ ...feeds }, {}];
    for (const [name, one] of Object.entries(held))
      if (one.host === host) own[name] = one.held;
      else given[name] = await one.host.read(one.held);
    const { outputs, kept } = await session.run(given, own, keep);
    return {
      outputs,
      kept: Object.fromEntries(Object.entries(kept).map(([name, one]) => [name, { host, held: one }])),
    };
  },
  release: () => session.release(),
});
