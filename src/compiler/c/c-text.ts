/** Names of types and numbers in C, such that a compiler reads back exactly what was meant. */

import type { Kind, Stored } from "../machine.js";

/** Masks of one lane are plain integers, 0 or 1; of more lanes integers of their width, 0 or −1. */
const plainTypes: { readonly [K in Kind]: string } = {
  f32: "f32",
  f64: "f64",
  i32: "i32",
  i64: "i64",
  mask32: "i32",
  mask64: "i32",
  index: "i64",
  pointer: "char *",
};

/** What lies in the lanes of a vector. */
export const laneKind = (kind: Kind): Stored =>
  kind === "mask32" ? "i32" : kind === "mask64" || kind === "index" || kind === "pointer" ? "i64" : kind;

export const typeOf = (kind: Kind, lanes: number): string =>
  lanes === 1 ? plainTypes[kind] : `${laneKind(kind)}x${lanes}`;

/** A finite number as C writes it in base 16: nothing is rounded. */
function hexadecimal(x: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const high = view.getUint32(0);
  const digits = (high & 0xfffff).toString(16).padStart(5, "0") + view.getUint32(4).toString(16).padStart(8, "0");
  const exponent = (high >>> 20) & 0x7ff;
  const text = exponent === 0 ? `0x0.${digits}p-1022` : `0x1.${digits}p${exponent - 1023}`;
  return text.replace(/0+p/, "p").replace(".p", "p");
}

function floatLiteral(x: number, suffix: "f" | ""): string {
  if (Number.isNaN(x)) return `__builtin_nan${suffix}("")`;
  const size = Number.isFinite(x) ? hexadecimal(Math.abs(x)) + suffix : `__builtin_inf${suffix}()`;
  return x < 0 || Object.is(x, -0) ? `(-${size})` : size;
}

function intLiteral(x: bigint, bits: 32 | 64): string {
  const [wrapped, suffix] = [BigInt.asIntN(bits, x), bits === 64 ? "ll" : ""];
  // The least number is not a literal: its size is no number of the type.
  if (wrapped === -(2n ** BigInt(bits - 1))) return `(${wrapped + 1n}${suffix} - 1)`;
  return wrapped < 0n ? `(${wrapped}${suffix})` : `${wrapped}${suffix}`;
}

/** A plain number of a kind; truth is 0 or 1. */
export function literal(kind: Kind, value: number | bigint): string {
  switch (kind) {
    case "f32":
      return floatLiteral(Math.fround(Number(value)), "f");
    case "f64":
      return floatLiteral(Number(value), "");
    case "mask32":
    case "mask64":
      return Number(value) === 0 ? "0" : "1";
    case "i32":
      return intLiteral(BigInt(value), 32);
    default:
      return intLiteral(BigInt(value), 64);
  }
}
