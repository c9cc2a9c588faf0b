/** One training of the page: its thread, where it stands, and what was told of it so far. */

import type { Remote } from "comlink";
import type { HealthFinding } from "ebbflow/train";
import { type Client, openClient } from "../engine/client.js";
import type { Order } from "../engine/judging/judgement.js";
import type {
  FileKind,
  MadeFile,
  Numbers,
  Progress,
  Setup,
  Started,
  StepKind,
  Told,
  View,
  Walk,
  WalkOrder,
} from "../engine/messages.js";
import type { Snapshot } from "../engine/snapshots.js";
import type { RemoteSimulation } from "../engine/worker.js";
import { lacksSupport } from "../shell/support.js";
import type { RunState } from "./address.js";
import { newCourse } from "./course.js";
import { canGoOn, lacksRows } from "./edits.js";
import { newThinned } from "./thinned.js";

export type Status = "loading" | "ready" | "playing" | "finished" | "failed";

/** Positions of chains before the present ones that a picture shows. */
const TAIL = 14;

/** What the health monitor has said, and when it was told. */
export interface ToldFinding extends HealthFinding {
  readonly step: number;
  /** How often it was told: once, unless the training was set back. */
  readonly times: number;
}

/** Points of the weights over the training, at most. */
const MOST_WEIGHTS = 400;

/** Milliseconds between pictures of a training that plays, for who asked the system for less motion. */
const CALM = 1000;
const calm = typeof matchMedia === "undefined" ? null : matchMedia("(prefers-reduced-motion: reduce)");
const pace = (): number => (calm?.matches ? CALM : 0);

export class Run {
  status = $state<Status>("loading");
  /** What went wrong, in words for who sees the page. */
  problem = $state<string | null>(null);
  started = $state.raw<Started | null>(null);
  progress = $state.raw<Progress | null>(null);
  /** Positions of the chains, the present ones last. */
  tails = $state.raw<readonly Float32Array[]>([]);
  findings = $state.raw<readonly ToldFinding[]>([]);
  /** Shares of the modes in the model, at the steps at which they were asked for. */
  weights = $state.raw<readonly { readonly step: number; readonly weights: readonly number[] }[]>([]);
  /** What became of the last edit of its setup, in words. */
  took = $state<string | null>(null);
  readonly #weights = newThinned<{ readonly step: number; readonly weights: readonly number[] }>(
    MOST_WEIGHTS,
    (before, now) => before.step === now.step,
  );
  /** Counts what is told: who draws looks at this. */
  version = $state(0);
  /** Curves of the metrics. Not state: `version` says when they have grown. */
  readonly course = newCourse();

  #client: Client | undefined;
  #simulation: Remote<RemoteSimulation> | undefined;
  /** How often it was started from the beginning. */
  opened = $state(0);
  #opening = 0;
  #most = Number.POSITIVE_INFINITY;
  /** Whether it is to play as soon as it is ready. */
  #wanted = false;
  /** Steps that it is to take then: of two trainings none goes ahead. */
  #owed: StepKind[] = [];
  #drawn = 0;

  /** What it is a training of. */
  setup = $state.raw<RunState>({ config: {} });

  constructor(setup: RunState) {
    this.setup = setup;
  }

  /** Start from the beginning, with the setup as it is. */
  async open(): Promise<void> {
    const mine = ++this.#opening;
    this.opened = mine;
    this.#owed = [];
    this.close();
    Object.assign(this, { status: "loading", problem: null, progress: null, tails: [], findings: [], weights: [] });
    this.course.clear();
    this.#weights.clear();
    const lack = lacksSupport() ?? lacksRows(this.setup);
    if (lack) return this.#fail(lack);
    const client = openClient((message) => this.#fail(message));
    this.#client = client;
    try {
      const simulation = await client.open(this.setup as Setup, (told) => {
        if (mine === this.#opening) this.#hear(told);
      });
      const started = await simulation.started();
      if (mine !== this.#opening) return client.close();
      this.#simulation = simulation;
      void simulation.limit(this.#most);
      this.started = started;
      this.status = "ready";
      for (const kind of this.#owed.splice(0)) void this.step(kind);
      if (this.#wanted) this.play();
    } catch (error) {
      if (mine === this.#opening) this.#fail((error as Error).message);
    }
  }

  close(): void {
    this.#client?.close();
    this.#client = undefined;
    this.#simulation = undefined;
  }

  play(): void {
    this.#wanted = this.status === "loading";
    if (this.status !== "ready") return;
    this.status = "playing";
    void this.#simulation?.play();
  }

  pause(): void {
    this.#wanted = false;
    void this.#simulation?.pause();
  }

  /** One step, or a part of one; after it has started, where it has not. */
  async step(kind: StepKind): Promise<void> {
    if (this.status === "loading") this.#owed.push(kind);
    if (!this.#simulation) return;
    try {
      await this.#simulation.step(kind);
    } catch (error) {
      this.#fail((error as Error).message);
    }
  }

  /**
   * Take over another setup: the training goes on by it from where it is, if it can, and else starts again; it plays if
   * it played.
   */
  async take(setup: RunState): Promise<void> {
    const before = this.setup;
    this.setup = setup;
    const isUnderWay = (this.progress?.step ?? 0) > 0 && (this.status === "ready" || this.status === "playing");
    const mayGoOn = isUnderWay && canGoOn(before, setup);
    this.took = mayGoOn ? "Taking it over …" : null;
    if (mayGoOn && (await this.#goOn(setup.config))) {
      this.took = `The training goes on by this from step ${this.progress!.step}.`;
      return;
    }
    // What was edited meanwhile has begun already.
    if (this.setup !== setup) return;
    const playing = this.status === "playing" || this.#wanted;
    this.took = isUnderWay ? "The training has started again with this." : null;
    void this.open();
    if (playing) this.play();
  }

  /** @returns false where the state of the training is none of the configuration. */
  async #goOn(config: Setup["config"]): Promise<boolean> {
    const simulation = this.#simulation;
    if (!simulation) return false;
    try {
      const resolved = await simulation.change(config);
      if (simulation === this.#simulation && this.started) this.started = { ...this.started, config: resolved };
      return true;
    } catch {
      return false;
    }
  }

  limit(rate: number): void {
    this.#most = rate;
    void this.#simulation?.limit(rate);
  }

  /** Numbers of the present state; `null` where there is no training yet. */
  async ask(names: readonly string[], view: View): Promise<Readonly<Record<string, Numbers | null>> | null> {
    const simulation = this.#simulation;
    if (!simulation) return null;
    try {
      return (await simulation.ask(names, $state.snapshot(view) as View)) as Record<string, Numbers | null>;
    } catch (error) {
      if (simulation === this.#simulation) this.#fail((error as Error).message);
      return null;
    }
  }

  /** Steps of chains of the page on the present energy. */
  async walk(order: WalkOrder): Promise<Walk | null> {
    try {
      return (await this.#simulation?.walk(order)) ?? null;
    } catch (error) {
      this.#fail((error as Error).message);
      return null;
    }
  }

  /** What a judgement of the present state needs; `null` where there is no training yet. */
  async order(): Promise<Order | null> {
    const [simulation, setup] = [this.#simulation, this.setup as Setup];
    return simulation ? { setup, ...((await simulation.learned()) as Omit<Order, "setup">) } : null;
  }

  /** What of it can be downloaded; nothing before it has started. */
  async files(): Promise<readonly FileKind[]> {
    return (await this.#simulation?.files()) ?? [];
  }

  /** One of those, of the present state. @throws Error in a line where it cannot be made. */
  async file(name: string): Promise<MadeFile> {
    if (!this.#simulation) throw new Error("The training has not started yet.");
    return (await this.#simulation.file(name)) as MadeFile;
  }

  /** States of it on the way, for who asks the model. */
  async snapshots(): Promise<readonly Snapshot[]> {
    return ((await this.#simulation?.snapshots()) ?? []) as readonly Snapshot[];
  }

  /** Members of a set with their options. */
  list(set: "energies" | "flows" | "objectives" | "samplers" | "datasets" | "optimizers" | "config") {
    return this.#client?.api.list(set);
  }

  #hear(told: Told): void {
    if (told.type === "progress") this.#follow(told.progress);
    else if (told.type === "paused") this.status = this.progress?.stage === "finished" ? "finished" : "ready";
    else if (told.type === "failed") this.#fail(told.message);
    else if (told.event.type === "finding") this.#find(told.event.finding);
  }

  #find(finding: HealthFinding): void {
    const before = this.findings.find(({ rule }) => rule === finding.rule);
    const others = this.findings.filter((other) => other !== before);
    const step = this.progress?.step ?? 0;
    this.findings = [...others, { ...finding, step, times: (before?.times ?? 0) + 1 }];
  }

  #follow(progress: Progress): void {
    this.progress = progress;
    this.course.add(progress.metrics);
    if (progress.chains) this.tails = [...this.tails.slice(-TAIL), progress.chains];
    const now = performance.now();
    if (this.status === "playing" && now - this.#drawn < pace()) return;
    this.#drawn = now;
    this.version++;
  }

  #fail(message: string): void {
    this.status = "failed";
    this.problem = message;
  }

  /** Keep the shares of the modes at the present step. */
  keepWeights(weights: readonly number[]): void {
    const step = this.progress?.step ?? 0;
    this.weights = this.#weights.add({ step, weights });
  }
}
