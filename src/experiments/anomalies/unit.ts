/** One table, one seed: every method fitted to its training rows, and what its scores say of the test rows. */

import { rocArea } from "../../metrics/goodness/roc-area.js";
import { fold, makeKey } from "../../random/key.js";
import { InputError } from "../../util/errors.js";
import type { DataFile, ReadData } from "../data-files.js";
import { methods } from "./methods.js";
import { readTable, splitTable } from "./split.js";

export interface AnomaliesUnit {
  readonly file: DataFile;
  /** The numbers of others, where the folder has them. */
  readonly published?: DataFile;
  readonly seed: number;
  /** Names of the methods. */
  readonly methods: readonly string[];
}

/** At what rates normal rows are called. */
export const rates = [0.01, 0.05, 0.1, 0.2] as const;

export interface MethodResult {
  /** In percent. */
  readonly auroc: number;
  readonly standardError: number | null;
  readonly chosen: string;
  readonly seconds: number;
  /** Shares of the normal test rows whose p-value is at most each of {@link rates}. */
  readonly called?: readonly number[];
}

export interface AnomaliesResult {
  readonly rows: { readonly train: number; readonly normal: number; readonly anomalies: number };
  readonly columns: number;
  readonly constant: number;
  readonly methods: Readonly<Record<string, MethodResult>>;
  /** AUROC of others on this table, in percent, by the names of methods. */
  readonly published: Readonly<Record<string, number>> | null;
}

/** The name of a table: that of its file. */
export const setOf = ({ file }: AnomaliesUnit): string => file.name.replace(/\.npz$/, "");

/** What `published.json` has of a table. */
export function publishedOf(text: string, set: string, source: string): Readonly<Record<string, number>> | null {
  try {
    const sets = (JSON.parse(text) as { trainedOnNormals?: Record<string, Record<string, unknown>> }).trainedOnNormals;
    const own = Object.entries(sets?.[set] ?? {}).filter(
      (pair): pair is [string, number] => typeof pair[1] === "number",
    );
    return own.length > 0 ? Object.fromEntries(own) : null;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new InputError(`${source} is no JSON; expected { "trainedOnNormals": { table: { method: percent } } }`);
  }
}

export async function runAnomalies(
  unit: AnomaliesUnit,
  tick: (done: number) => void,
  read: ReadData,
): Promise<AnomaliesResult> {
  const { file, published, seed } = unit;
  const set = setOf(unit);
  const table = await readTable(await read(file), file.path);
  const key = fold(fold(makeKey(seed), "anomalies"), set);
  const { train, normal, anomalies, constant } = splitTable(table, key);
  const results: Record<string, MethodResult> = {};
  for (const [i, name] of unit.methods.entries()) {
    tick(i / unit.methods.length);
    const began = performance.now();
    const { chosen, score } = methods[name]!.fit(train, fold(key, name));
    const [negative, positive] = [score(normal), score(anomalies)];
    const { value, standardError } = rocArea({ positive: positive.score, negative: negative.score });
    const p = negative.pValue;
    results[name] = {
      ...{ auroc: 100 * value, standardError: standardError === null ? null : 100 * standardError, chosen },
      seconds: (performance.now() - began) / 1000,
      ...(p ? { called: rates.map((rate) => p.filter((v) => v <= rate * (1 + 1e-12)).length / p.length) } : {}),
    };
  }
  tick(1);
  return {
    rows: { train: train.shape[0]!, normal: normal.shape[0]!, anomalies: anomalies.shape[0]! },
    ...{ columns: train.shape[1]!, constant, methods: results },
    published: published ? publishedOf(new TextDecoder().decode(await read(published)), set, published.path) : null,
  };
}
