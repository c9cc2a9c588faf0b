/** The thread that computes for a page: the engine is loaded here, and nowhere else. */

import { expose, proxy, transfer } from "comlink";
import { listSet } from "ebbflow/catalog";
import * as desk from "./desk.js";
import * as folders from "./folders/members.js";
import { judge } from "./judging/judge.js";
import type { Numbers, Setup, StepKind, Told, View, WalkOrder } from "./messages.js";
import type { Source } from "./questions/source.js";
import { openSimulation, type Simulation } from "./simulation.js";

const api = {
  ...desk,
  ...folders,
  /** Members of a set with their options, for forms. */
  list: (set: Parameters<typeof listSet>[0]) => listSet(set),
  judge,
  /** Hold a lock for as long as this thread lives, from when this answers. */
  hold: (name: string) =>
    new Promise<void>((held) => {
      void navigator.locks.request(name, () => {
        held();
        return new Promise(() => {});
      });
    }),
  /** A trained model, to be asked. */
  async question(source: Source) {
    const { openQuestion } = await import("./questions/question.js");
    return proxy(await openQuestion(source));
  },
  async open(setup: Setup, tell: (told: Told) => void) {
    const simulation = await openSimulation(setup, tell);
    return proxy(remote(simulation));
  },
};

const remote = (simulation: Simulation) => ({
  started: () => simulation.started,
  play: () => simulation.play(),
  pause: () => simulation.pause(),
  step: (kind: StepKind) => simulation.step(kind),
  limit: (rate: number) => simulation.limit(rate),
  change: (config: Setup["config"]) => simulation.change(config),
  async ask(names: readonly string[], view: View) {
    const found = await simulation.ask(names, view);
    return transfer(found, Object.values(found).flatMap(buffersOf));
  },
  learned: () => simulation.learned(),
  snapshots: () => simulation.snapshots(),
  walk: (order: WalkOrder) => simulation.walk(order),
  files: () => simulation.files(),
  async file(name: string) {
    const made = await simulation.file(name);
    return transfer(made, [made.bytes.buffer]);
  },
  close: () => simulation.close(),
});

const buffersOf = (numbers: Numbers | null): ArrayBuffer[] =>
  Object.values(numbers ?? {}).flatMap((x) => (ArrayBuffer.isView(x) ? [x.buffer as ArrayBuffer] : []));

export type WorkerApi = typeof api;
export type RemoteSimulation = ReturnType<typeof remote>;

expose(api);
