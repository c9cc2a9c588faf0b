/** Rows as text in columns. */

import { cases } from "./cases.mjs";

export const digits = (value, n = 3) =>
  value === null || value === undefined || !Number.isFinite(value) ? "-" : Number(value.toPrecision(n)).toString();

/** Text columns; all but the first `left` to the right. */
export function columns(rows, left = 1) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((cells) => cells[i].length)));
  const cell = (text, i) => (i < left ? text.padEnd(widths[i]) : text.padStart(widths[i]));
  return rows.map((cells) => cells.map(cell).join("  ").trimEnd()).join("\n");
}

export const geometricMean = (values) =>
  values.length === 0 ? Number.NaN : Math.exp(values.reduce((sum, v) => sum + Math.log(v), 0) / values.length);

const namesIn = (rows) => [...new Set(rows.flatMap(({ times }) => Object.keys(times)))];

/** Milliseconds a unit: the median, and the least. */
function showTimes(rows, names) {
  const head = ["case", "size", ...names, "auto is"];
  const body = rows.map(({ case: kind, size, times, auto }) => [
    ...[kind, size],
    ...names.map((name) => (times[name] ? `${digits(times[name].ms)} (${digits(times[name].least)})` : "-")),
    auto ?? "-",
  ]);
  return columns([head, ...body], 2);
}

/** What peers take over what each of our engines takes, `auto` being the one that it chose; geometric means below. */
function showRatios(rows, engines, peer, of) {
  const found = (row, engine) =>
    row.ratios.find((r) => r.peer === peer && r.ours === (engine === "auto" ? (row.auto ?? "auto") : engine));
  const beside = rows.filter((row) => row.ratios.some((r) => r.peer === peer));
  const text = (r) =>
    r ? (of === "ratio" ? `${digits(r.ratio)} (${digits(r.low)}-${digits(r.high)})` : digits(r[of])) : "-";
  const body = beside.map((row) => [row.case, row.size, ...engines.map((engine) => text(found(row, engine)))]);
  const mean = (engine) => digits(geometricMean(beside.flatMap((row) => found(row, engine)?.[of] ?? [])));
  return columns([[`${peer} / ours`, "size", ...engines], ...body, ["geometric mean", "", ...engines.map(mean)]], 2);
}

/** Effective draws a second of the slowest coordinate: of drawing alone, and of the first thousand draws with compiling. */
function showEffective(rows, names) {
  const effective = ({ times, case: kind }, name, of) => {
    const { ess, ms, first } = times[name];
    const perCall = cases[kind].unitsPerCall;
    return of === "steady" ? (1000 * ess) / ms : (1000 * perCall * ess) / first;
  };
  const table = (of, text) =>
    columns(
      [
        ["case", "posterior", ...names],
        ...rows.map((row) => [row.case, row.size, ...names.map((n) => (row.times[n] ? text(row, n, of) : "-"))]),
      ],
      2,
    );
  const plain = (row, name, of) => digits(effective(row, name, of));
  const beside = (row, name, of) => `${digits(effective(row, name, of) / effective(row, "jax", of))}`;
  return [
    `effective draws a draw of 8 chains\n${table("ess", (row, name) => digits(row.times[name].ess))}`,
    `effective draws a second, draws alone\n${table("steady", plain)}`,
    `effective draws a second, the first 1000 draws with compiling\n${table("first", plain)}`,
    ...(names.includes("jax")
      ? [`effective draws a second over those of JAX's HMC, draws alone\n${table("steady", beside)}`]
      : []),
  ].join("\n\n");
}

/** All tables of the cases beside peers; a ratio above 1 means that ebbflow is faster. */
export function showRows(rows, clock) {
  const names = namesIn(rows);
  const effective = rows.filter(({ case: kind }) => cases[kind].draws);
  const peers = [...new Set(rows.flatMap(({ ratios }) => ratios.map(({ peer }) => peer)))];
  const engines = [...new Set([...names.filter((name) => !peers.includes(name)), "auto"])];
  const units = [...new Set(rows.map((row) => `ms per ${cases[row.case].unit} (${row.case})`))].join(", ");
  return [
    `${clock} time: median (least), ${units}\n${showTimes(rows, names)}`,
    ...peers.map((peer) => `median of the rounds' ratios (least-largest)\n${showRatios(rows, engines, peer, "ratio")}`),
    ...peers.map((peer) => `ratios of the least times\n${showRatios(rows, engines, peer, "ofLeast")}`),
    ...(effective.length > 0 ? [showEffective(effective, namesIn(effective))] : []),
  ].join("\n\n");
}
