/** A training that a page plays, pauses and asks: the session of the command line, told in numbers for pictures. */

import { config as configs } from "ebbflow";
import type { Learned } from "ebbflow/inference";
import { type ConfiguredSession, type SessionCheckpoint, type SessionEvent, startSession } from "ebbflow/train";
import { askedOf } from "./asked.js";
import { boxOf } from "./box.js";
import { keptChains, newChainTrace } from "./chain-trace.js";
import { chainsOf } from "./chains.js";
import { files } from "./files/members.js";
import { kernelsOf, walkerOf } from "./kernels.js";
import type { FileKind, MadeFile, Numbers, Setup, Started, StepKind, Told, View, Walk, WalkOrder } from "./messages.js";
import * as parts from "./parts/members.js";
import { programsOf } from "./programs.js";
import { restarted } from "./restarted.js";
import { newSnapshots, type Snapshot } from "./snapshots.js";
import { withOnly } from "./step-kinds.js";
import { prepared } from "./table.js";

/** Rows that a picture shows, at most. */
const SHOWN = 3000;

export interface Simulation {
  readonly started: Started;
  play(): void;
  pause(): void;
  /** One step, of which a part may be kept; a training that plays is paused first. */
  step(kind: StepKind): Promise<void>;
  /** Steps a second at most; as many as there are where it is not finite. */
  limit(rate: number): void;
  /**
   * Go on from here by another configuration, such as other learning rates.
   * @returns it with everything in it.
   * @throws InputError where the state is none of it, as with more chains; all is then as it was.
   */
  change(config: Setup["config"]): Promise<Setup["config"]>;
  /** Numbers of the present state by the names of parts. */
  ask(names: readonly string[], view: View): Promise<Readonly<Record<string, Numbers | null>>>;
  /** What is learned so far, and at which step. */
  learned(): Promise<{ readonly step: number; readonly learned: Learned }>;
  /** States on the way, ascending by their steps. */
  snapshots(): Promise<readonly Snapshot[]>;
  /** Steps of chains on the present energy. `null` for a kernel that there is not. */
  walk(order: WalkOrder): Promise<Walk | null>;
  /** What of it can be downloaded. */
  files(): readonly FileKind[];
  /** One of those, of the present state. @throws Error in a line where it cannot be made yet. */
  file(name: string): Promise<MadeFile>;
  /** Energies of single points, as they are asked for. */
  session(): ConfiguredSession;
  close(): void;
}

type Event = Extract<Told, { type: "event" }>["event"];

const silent = new Set<SessionEvent["type"]>(["step", "checkpoint", "judged", "setBack"]);

/** @throws InputError for a configuration or rows that make no training. */
export async function openSimulation(setup: Setup, tell: (told: Told) => void): Promise<Simulation> {
  const first = prepared(setup);
  const { data } = first;
  let { config } = first;
  const onEvent = (event: SessionEvent): void => {
    if (!silent.has(event.type)) tell({ type: "event", event: event as Event });
  };
  const start = (at?: SessionCheckpoint) =>
    startSession(config, data, { tell: onEvent, ...(at ? { resume: { checkpoints: [at] } } : {}) });

  let session = await start();
  const started = startedOf(session);
  let [programs, walker] = [programsOf(session), walkerOf(session)];
  const snapshots = newSnapshots();
  snapshots.record(session);
  const goOnFrom = async (at: SessionCheckpoint): Promise<void> => {
    session = await start(at);
    [programs, walker] = [programsOf(session), walkerOf(session)];
    snapshots.record(session);
  };
  const inTurn = newTurns();
  const teller = newTeller(tell);
  const trace = newChainTrace(config);
  const once = async (): Promise<void> => {
    teller.count(session.at().step + 1, await session.step());
    trace.record(session);
    snapshots.record(session);
  };
  const player = newPlayer(
    { once: () => inTurn(once), isOver: () => session.at().stage === "finished", report: () => teller.report(session) },
    teller,
    tell,
  );
  return {
    started,
    play: player.play,
    pause: player.pause,
    limit: player.limit,
    close: player.pause,
    step(kind) {
      player.pause();
      return inTurn(async () => {
        const before = session.checkpoint();
        await once();
        if (kind !== "all") await goOnFrom(withOnly(kind, before, session.checkpoint()));
        teller.report(session);
      });
    },
    change: (next) =>
      inTurn(async () => {
        const before = config;
        config = prepared({ ...setup, config: next }).config;
        try {
          await goOnFrom(restarted(before, session, config));
        } catch (error) {
          config = before;
          throw error;
        }
        return JSON.parse(JSON.stringify(config)) as Setup["config"];
      }),
    ask: (names, view) =>
      inTurn(async () => {
        const at = askedOf({ session, programs, trace }, view, started.box);
        const found: Record<string, Numbers | null> = {};
        for (const { name, compute } of Object.values(parts)) if (names.includes(name)) found[name] = await compute(at);
        return found;
      }),
    learned: () =>
      inTurn(async () => ({
        step: session.at().step,
        learned: configs.trainedParameters(session.config, session.state()),
      })),
    snapshots: () => inTurn(async () => snapshots.all()),
    walk: (order) => inTurn(() => walker(order)),
    files: () => files.flatMap(({ name, title, about, fits }) => (fits(session) ? [{ name, title, about }] : [])),
    file: (name) => inTurn(async () => files.find((file) => file.name === name)!.make({ session, programs })),
    session: () => session,
  };
}

/** One thing after the other: a session is never asked while it steps. */
function newTurns() {
  let busy: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const done = busy.then(work);
    busy = done.catch(() => {});
    return done;
  };
}

/** Milliseconds between what is told of a training that plays, and over which its speed is counted. */
const [TELLING, COUNTING] = [33, 500];

/** Tells how far a training is, with the metrics of the steps since it last did. */
function newTeller(tell: (told: Told) => void) {
  let metrics: { step: number; values: Readonly<Record<string, number>> }[] = [];
  let told = 0;
  let counted = { at: performance.now(), steps: 0, rate: 0 };
  return {
    isDue: (): boolean => performance.now() - told >= TELLING,
    /** Steps are counted from now on. */
    begin(): void {
      counted = { ...counted, at: performance.now(), steps: 0 };
    },
    count(step: number, values: Readonly<Record<string, number>> | null): void {
      counted.steps++;
      if (values) metrics.push({ step, values });
    },
    report(session: ConfiguredSession): void {
      const now = performance.now();
      const { at, steps } = counted;
      if (now - at > COUNTING) counted = { at: now, steps: 0, rate: (1000 * steps) / (now - at) };
      told = now;
      tell({ type: "progress", progress: { ...session.at(), metrics, chains: chainsOf(session), rate: counted.rate } });
      metrics = [];
    },
  };
}

interface Played {
  once(): Promise<void>;
  isOver(): boolean;
  report(): void;
}

/** Steps one after the other until it is paused or over, no faster than it is told. */
function newPlayer({ once, isOver, report }: Played, teller: ReturnType<typeof newTeller>, tell: (told: Told) => void) {
  let playing = false;
  let most = Number.POSITIVE_INFINITY;
  const run = async (): Promise<void> => {
    let [from, done] = [performance.now(), 0];
    let asked = most;
    while (playing && !isOver()) {
      if (asked !== most) [from, done, asked] = [performance.now(), 0, most];
      if ((1000 * done) / (performance.now() - from) >= most) await rest(4);
      else {
        await once();
        done++;
      }
      if (!teller.isDue()) continue;
      report();
      // Questions get their turn.
      await rest(0);
    }
    playing = false;
    report();
    tell({ type: "paused" });
  };
  return {
    play(): void {
      if (playing) return;
      playing = true;
      teller.begin();
      run().catch((error: Error) => {
        playing = false;
        tell({ type: "failed", message: error.message });
      });
    },
    pause(): void {
      playing = false;
    },
    limit(rate: number): void {
      most = rate;
    },
  };
}

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function startedOf(session: ConfiguredSession): Started {
  const { config, data, model, state } = session;
  const law = configs.distributionOf(config);
  const rows = data.coordinates.decode(data.train);
  const d = rows.shape[1]!;
  return {
    columns: data.columns,
    rows: Float32Array.from(rows.data.subarray(0, SHOWN * d)),
    rowCount: data.train.shape[0]!,
    box: boxOf(rows, law),
    modes: law?.modes ? { weights: shares(law.modes.weights), centers: law.modes.centers } : null,
    hasLaw: law?.event[0] === 2,
    hasFlow: model.flow !== undefined,
    keepsChains: keptChains(session) !== null,
    groups: Object.keys(state()).flatMap((name) => (name.startsWith("params.") ? [name.slice("params.".length)] : [])),
    kernels: kernelsOf(session),
    config: JSON.parse(JSON.stringify(config)) as Started["config"],
  };
}

function shares(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, w) => sum + w, 0);
  return weights.map((w) => w / total);
}
