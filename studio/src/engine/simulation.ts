/** A training that a page plays, pauses and asks: the session of the command line, told in numbers for pictures. */

import { config as configs, type FloatTensor } from "ebbflow";
import { type ConfiguredSession, type SessionCheckpoint, type SessionEvent, startSession } from "ebbflow/train";
import { boxOf } from "./box.js";
import type { Numbers, Setup, Started, StepKind, Told, View } from "./messages.js";
import * as parts from "./parts/members.js";
import { type Programs, programsOf } from "./programs.js";
import { withOnly } from "./step-kinds.js";

/** Rows that a picture shows, at most. */
const SHOWN = 3000;
/** Milliseconds between what is told of a training that plays. */
const TELLING = 33;

export interface Simulation {
  readonly started: Started;
  play(): void;
  pause(): void;
  /** One step, of which a part may be kept; a training that plays is paused first. */
  step(kind: StepKind): Promise<void>;
  /** Steps a second at most; as many as there are where it is not finite. */
  limit(rate: number): void;
  /** Go on from here by another configuration, such as other learning rates. */
  change(config: Setup["config"]): Promise<void>;
  /** Numbers of the present state by the names of parts. */
  ask(names: readonly string[], view: View): Promise<Readonly<Record<string, Numbers | null>>>;
  /** Energies of single points, as they are asked for. */
  session(): ConfiguredSession;
  close(): void;
}

type Event = Extract<Told, { type: "event" }>["event"];

const silent = new Set<SessionEvent["type"]>(["step", "checkpoint", "judged", "setBack"]);

/** @throws InputError for a configuration or rows that make no training. */
export async function openSimulation(setup: Setup, tell: (told: Told) => void): Promise<Simulation> {
  const resolve = (config: Setup["config"]) => configs.resolveConfig(config);
  let config = resolve(setup.config);
  const { table } = setup;
  const rowsOf = table && {
    source: table.source,
    columns: table.columns,
    rows: {
      dtype: "float64" as const,
      shape: [table.data.length / table.columns.length, table.columns.length],
      data: table.data,
    },
  };
  const data = configs.prepareData(config, rowsOf);
  const onEvent = (event: SessionEvent): void => {
    if (!silent.has(event.type)) tell({ type: "event", event: event as Event });
  };
  const start = (at?: SessionCheckpoint) =>
    startSession(config, data, { tell: onEvent, ...(at ? { resume: { checkpoints: [at] } } : {}) });

  let session = await start();
  let programs: Programs = programsOf(session);
  let playing = false;
  let most = Number.POSITIVE_INFINITY;
  let metrics: { step: number; values: Readonly<Record<string, number>> }[] = [];
  let told = 0;
  let counted = { at: performance.now(), steps: 0, rate: 0 };
  let closed = false;
  let busy: Promise<unknown> = Promise.resolve();

  /** One thing after the other: a session is never asked while it steps. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = busy.then(work);
    busy = done.catch(() => {});
    return done;
  };

  const report = (): void => {
    const now = performance.now();
    const { at, steps, rate } = counted;
    if (now - at > 500) counted = { at: now, steps: 0, rate: (1000 * steps) / (now - at) };
    else counted = { at, steps, rate };
    told = now;
    tell({ type: "progress", progress: { ...session.at(), metrics, chains: chainsOf(session), rate: counted.rate } });
    metrics = [];
  };

  const once = async (): Promise<void> => {
    const values = await session.step();
    counted.steps++;
    if (values) metrics.push({ step: session.at().step, values });
  };

  const run = async (): Promise<void> => {
    const from = performance.now();
    let done = 0;
    while (playing && !closed && session.at().stage !== "finished") {
      if ((1000 * done) / (performance.now() - from) >= most) await rest(4);
      else {
        await inTurn(once);
        done++;
      }
      if (performance.now() - told < TELLING) continue;
      report();
      // Questions get their turn.
      await rest(0);
    }
    playing = false;
    report();
    tell({ type: "paused" });
  };

  return {
    started: startedOf(session),
    play() {
      if (playing) return;
      playing = true;
      counted = { at: performance.now(), steps: 0, rate: counted.rate };
      run().catch((error: Error) => {
        playing = false;
        tell({ type: "failed", message: error.message });
      });
    },
    pause() {
      playing = false;
    },
    step: (kind) => {
      playing = false;
      return inTurn(async () => {
        const before = session.checkpoint();
        await once();
        if (kind !== "all") {
          session = await start(withOnly(kind, before, session.checkpoint()));
          programs = programsOf(session);
        }
        report();
      });
    },
    limit(rate) {
      most = rate;
    },
    change: (next) =>
      inTurn(async () => {
        config = resolve(next);
        session = await start(session.checkpoint());
        programs = programsOf(session);
      }),
    ask: (names, view) =>
      inTurn(async () => {
        const at = { session, programs, view };
        const found: Record<string, Numbers | null> = {};
        for (const { name, compute } of Object.values(parts)) if (names.includes(name)) found[name] = await compute(at);
        return found;
      }),
    session: () => session,
    close() {
      playing = false;
      closed = true;
    },
  };
}

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function startedOf({ config, data, model, state }: ConfiguredSession): Started {
  const law = configs.distributionOf(config);
  const rows = data.coordinates.decode(data.train);
  const d = rows.shape[1]!;
  return {
    columns: data.columns,
    rows: Float32Array.from(rows.data.subarray(0, SHOWN * d)),
    rowCount: data.train.shape[0]!,
    box: boxOf(rows, law),
    modes: law?.modes ? { weights: shares(law.modes.weights), centers: law.modes.centers } : null,
    hasFlow: model.flow !== undefined,
    groups: Object.keys(state()).flatMap((name) => (name.startsWith("params.") ? [name.slice("params.".length)] : [])),
    config: JSON.parse(JSON.stringify(config)) as Started["config"],
  };
}

function shares(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, w) => sum + w, 0);
  return weights.map((w) => w / total);
}

/** Positions of the chains that the objective keeps, in the units of the data. */
function chainsOf({ state, data, model }: ConfiguredSession): Float32Array | null {
  const d = model.event[0]!;
  const kept = Object.entries(state()).find(
    ([name, { shape }]) => name.startsWith("carry.") && shape.length === 2 && shape[1] === d && shape[0]! > 1,
  )?.[1];
  return kept ? Float32Array.from(data.coordinates.decode(kept as FloatTensor).data) : null;
}
