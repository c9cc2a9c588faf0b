/** One fold of a table: left out, while the energy is trained on the others in several ways, each from the same mixtures. */

import { resolveConfig } from "../../config/config.js";
import { withKinds } from "../../config/fit-coordinates.js";
import { prepareData, type RunData } from "../../config/prepare.js";
import { settleConfig } from "../../config/settle.js";
import { dequantised } from "../../data/columns/dequantise.js";
import { readCsv } from "../../data/csv.js";
import { takeRows } from "../../data/take-rows.js";
import { permutation } from "../../random/choose.js";
import { fold as derived, makeKey } from "../../random/key.js";
import { runSession } from "../../train/run-session.js";
import type { SessionEvent } from "../../train/session.js";
import { startSession } from "../../train/start.js";
import { cast, type FloatTensor, tensor } from "../../util/tensor.js";
import type { DataFile, ReadData } from "../data-files.js";
import { type RowMean, rowMean } from "../tables/unit.js";
import { type Way, ways } from "./ways.js";

/** Parts that the rows are cut into. */
const FOLDS = 5;

export interface FoldUnit {
  readonly table: string;
  readonly file: DataFile;
  readonly fold: number;
  /** Names of the ways. */
  readonly ways: readonly string[];
  readonly steps: number;
  /** Rows that are taken at most. */
  readonly rows: number;
  readonly seed: number;
}

/** How far rows left out are above the mixtures, nats a row; `null` where log Z is not to be trusted. */
export interface GainAt {
  readonly step: number;
  readonly gain: RowMean | null;
}

export interface WayResult {
  readonly way: string;
  readonly looks: readonly GainAt[];
  /** What validation rows chose, as a training by default does; 0 is the mixtures. */
  readonly kept: number;
  /** Of every row left out, the log-density at the step that was kept less that of the mixtures. */
  readonly gains: readonly number[];
  readonly seconds: number;
}

export interface FoldResult {
  readonly columns: number;
  readonly rows: { readonly train: number; readonly test: number };
  readonly ways: readonly WayResult[];
}

type Judged = Extract<SessionEvent, { type: "judged" }>;

/** Train in one way. @param flow the options of the mixtures, found already; named, they would be a choice of their own. */
async function trainBy(
  { config: given }: Way,
  { steps, seed }: FoldUnit,
  rows: { readonly train: FloatTensor; readonly test: FloatTensor },
  flow: object | undefined,
): Promise<{ readonly result: Omit<WayResult, "way">; readonly flow: object }> {
  const data = { file: "rows of a fold", test: 0 };
  const settings = { ...given, data, seed, steps, ...(flow ? { flow } : {}), closing: 0, patience: null };
  const names = Array.from({ length: rows.train.shape[1]! }, (_, i) => `x${i + 1}`);
  const resolved = resolveConfig(settings);
  const doubles = tensor(Float64Array.from(rows.train.data), rows.train.shape);
  const own = prepareData(resolved, { source: "rows of a fold", columns: names, rows: doubles });
  const config = settleConfig(withKinds(resolved, own.coordinates), own);
  const test = dequantised(own.coordinates, rows.test, derived(makeKey(seed), "cells"));
  const prepared: RunData = { ...own, test: cast(test, "float32") };
  const judged: Judged[] = [];
  const began = performance.now();
  const session = await startSession(config, prepared, {
    tell: (event) => {
      if (event.type === "judged") judged.push(event);
    },
  });
  await runSession(session);
  const seconds = (performance.now() - began) / 1000;
  const start = judged[0]!.look!.test;
  const gainsOf = ({ look }: Judged): number[] | null => look?.test.map((v, i) => v - start[i]!) ?? null;
  const kept = session.best().step;
  const looks = judged.map((one): GainAt => {
    const gains = gainsOf(one);
    return { step: one.step, gain: gains && rowMean(gains) };
  });
  const gains = gainsOf(judged.find(({ step }) => step === kept)!)!;
  const { name: _, ...mixtures } = config.flow!;
  return { result: { looks, kept, gains, seconds }, flow: mixtures };
}

/** @throws InputError where the file is no table. */
export async function runFold(unit: FoldUnit, tick: (done: number) => void, read: ReadData): Promise<FoldResult> {
  const { file, fold, seed, rows: most } = unit;
  const { rows: all } = readCsv(new TextDecoder().decode(await read(file)), { source: file.path });
  const order = Array.from(permutation(derived(makeKey(seed), "folds"), all.shape[0]!)).slice(0, most);
  const part = (own: boolean): FloatTensor =>
    takeRows(
      all,
      order.filter((_, i) => (i % FOLDS === fold) === own),
    );
  const rows = { train: part(false), test: part(true) };
  const found: WayResult[] = [];
  let flow: object | undefined;
  for (const way of ways.filter(({ name }) => unit.ways.includes(name))) {
    const one = await trainBy(way, unit, rows, flow);
    flow = one.flow;
    found.push({ way: way.name, ...one.result });
    tick(found.length / unit.ways.length);
  }
  const [train, test] = [rows.train.shape[0]!, rows.test.shape[0]!];
  return { columns: all.shape[1]!, rows: { train, test }, ways: found };
}
