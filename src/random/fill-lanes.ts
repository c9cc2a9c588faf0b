/**
 * Threefry-2x32-20 in WebAssembly's 128-bit instructions, four counters a vector: the bits of `threefry.ts`, for long
 * fills, more than three times as fast. The module is written here, byte by byte, from the instructions' numbers.
 */

type Code = readonly number[];
type Fill = (k0: number, k1: number, k2: number, y0: number, counter: number, end: number) => void;

/** Words below which a call costs more than it saves. */
export const FEW = 64;
/** Pairs of vectors at work side by side: the steps of one wait for one another, those of several do not. */
const PAIRS = [0, 1, 2, 3] as const;
/** Bytes of one turn of the loop, two vectors a pair. A page holds a whole number of turns. */
const TURN = 32 * PAIRS.length;
const PAGE = 65_536;

const leb = (n: number): Code => (n < 128 ? [n] : [(n & 127) | 128, ...leb(n >> 7)]);
/** Constants are signed: bit 6 of the last byte is the sign, and none here is negative. */
const signed = (n: number): Code => (n < 64 ? [n] : [(n & 127) | 128, ...signed(n >> 7)]);
const sized = (bytes: Code): Code => [...leb(bytes.length), ...bytes];
const section = (id: number, entries: readonly Code[]): Code => [id, ...sized([entries.length, ...entries.flat()])];
const text = (name: string): Code => sized([...new TextEncoder().encode(name)]);
const vector = (instruction: number, ...rest: number[]): Code => [0xfd, ...leb(instruction), ...rest];

const [I32, V128, NOTHING] = [0x7f, 0x7b, 0x40] as const;
const [LOOP, BRANCH_IF, END_BLOCK, TEE, ADD, LESS] = [0x03, 0x0d, 0x0b, 0x22, 0x6a, 0x49] as const;
const get = (local: number): Code => [0x20, local];
const set = (local: number): Code => [0x21, local];
const int = (n: number): Code => [0x41, ...signed(n)];
const splat = vector(17);
const [plus, shiftLeft, shiftRight] = [vector(174), vector(171), vector(173)] as const;
const [or, xor] = [vector(80), vector(81)] as const;
const [toFloat, plusFloat, timesFloat] = [vector(251), vector(228), vector(230)] as const;
const constant = (lanes: Uint32Array | Float32Array): Code => vector(12, ...new Uint8Array(lanes.buffer));

// The arguments, as in `Fill`; where the next words go; then vectors: the counters plus k0, what is added to x and y
// after every four rounds, and the pairs.
const [K0, K1, K2, Y0, COUNTER, END, AT, COUNTERS, ADDED] = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const;
/** Key words added to x and to y after every four rounds; to that of y also the number of the four. */
const KEYS = [
  [K1, K2],
  [K2, K0],
  [K0, K1],
  [K1, K2],
  [K2, K0],
] as const;
const ROTATIONS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;
const x = (pair: number): number => ADDED + 2 * (KEYS.length + pair);
const y = (pair: number): number => x(pair) + 1;

/** `x ← x + y`, `y ← (y rotated) xor x`. */
const round = (by: number, p: number): Code => [
  ...[...get(x(p)), ...get(y(p)), ...plus, ...set(x(p))],
  ...[...get(y(p)), ...int(by), ...shiftLeft, ...get(y(p)), ...int(32 - by), ...shiftRight, ...or],
  ...[...get(x(p)), ...xor, ...set(y(p))],
];

const inject = (i: number, p: number): Code => [
  ...[...get(x(p)), ...get(ADDED + 2 * i), ...plus, ...set(x(p))],
  ...[...get(y(p)), ...get(ADDED + 2 * i + 1), ...plus, ...set(y(p))],
];

/** Words become the middles of 2²³ cells of (0, 1), as in `fillUniform`: every step is exact. */
const toUnits: Code = [
  ...[...int(9), ...shiftRight, ...toFloat],
  ...[...constant(new Float32Array(4).fill(0.5)), ...plusFloat],
  ...[...constant(new Float32Array(4).fill(2 ** -23)), ...timesFloat],
];

/** Store `x y x y` of the lower or of the upper two counters, after `last` was done to them. */
function store(p: number, half: 0 | 1, last: Code): Code {
  const words = half === 0 ? [0, 4, 1, 5] : [2, 6, 3, 7];
  const shuffled = vector(13, ...words.flatMap((word) => [0, 1, 2, 3].map((byte) => 4 * word + byte)));
  return [...get(AT), ...get(x(p)), ...get(y(p)), ...shuffled, ...last, ...vector(11, 4, ...leb(32 * p + 16 * half))];
}

/** A function that fills memory from 0 to `end`, whole turns, and does `last` to every vector of words. */
const filling = (last: Code): Code =>
  sized([
    ...[2, 1, I32, 1 + 2 * (KEYS.length + PAIRS.length), V128],
    ...KEYS.flatMap(([ofX, ofY], i) => [
      ...[...get(ofX), ...splat, ...set(ADDED + 2 * i)],
      ...[...get(ofY), ...int(i + 1), ADD, ...splat, ...set(ADDED + 2 * i + 1)],
    ]),
    ...[...get(COUNTER), ...get(K0), ADD, ...splat],
    ...[...constant(Uint32Array.of(0, 1, 2, 3)), ...plus, ...set(COUNTERS)],
    ...[LOOP, NOTHING],
    ...PAIRS.flatMap((p) => [
      ...[...get(COUNTERS), ...set(x(p)), ...get(Y0), ...splat, ...set(y(p))],
      ...[...get(COUNTERS), ...constant(new Uint32Array(4).fill(4)), ...plus, ...set(COUNTERS)],
    ]),
    ...KEYS.flatMap((_, i) => [
      ...ROTATIONS[(i % 2) as 0 | 1].flatMap((by) => PAIRS.flatMap((p) => round(by, p))),
      ...PAIRS.flatMap((p) => inject(i, p)),
    ]),
    ...PAIRS.flatMap((p) => [...store(p, 0, last), ...store(p, 1, last)]),
    ...[...get(AT), ...int(TURN), ADD, TEE, AT, ...get(END), LESS, BRANCH_IF, 0, END_BLOCK, END_BLOCK],
  ]);

/** Pages of its memory: one for what is filled, and one for who works on that (`normal-lanes.ts`). */
const PAGES = 2;

/** A module of its memory and two functions of six numbers. */
const written = (): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [[0x60, 6, I32, I32, I32, I32, I32, I32, 0]]),
    ...section(3, [[0], [0]]),
    ...section(5, [[0, PAGES]]),
    ...section(7, [
      [...text("memory"), 2, 0],
      [...text("words"), 0, 0],
      [...text("units"), 0, 1],
    ]),
    ...section(10, [filling([]), filling(toUnits)]),
  ]);

interface Lanes {
  readonly memory: WebAssembly.Memory;
  /** Its first page. */
  readonly page: Uint32Array;
  readonly words: Fill;
  readonly units: Fill;
}

function load(): Lanes | null {
  try {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(written()));
    const { memory, words, units } = exports as { memory: WebAssembly.Memory; words: Fill; units: Fill };
    return { memory, page: new Uint32Array(memory.buffer, 0, PAGE / 4), words, units };
  } catch {
    // No such instructions here, or a page that may not compile.
    return null;
  }
}

let loaded: Lanes | null | undefined;

/** The module, null where the engine cannot. */
function lanes(): Lanes | null {
  if (loaded === undefined) loaded = load();
  return loaded;
}

/** The memory in which they work, from 0 to the end of its first page; null where the engine cannot. */
export const laneMemory = (): WebAssembly.Memory | null => lanes()?.memory ?? null;

/**
 * Fill the beginning of `out` with the words of the blocks `(first + j, high)` under the key `(a, b)`, or with the bits
 * of the float32 uniforms made of them. Returns how many elements are filled: whole blocks, none where `out` is short or
 * the engine cannot.
 */
export function fillLanes(
  what: "words" | "units",
  out: Uint32Array,
  a: number,
  b: number,
  first: number,
  high: number,
): number {
  const module = out.length < FEW ? null : lanes();
  if (module === null) return 0;
  const { page, [what]: fill } = module;
  const filled = out.length - (out.length % (TURN / 4));
  for (let at = 0; at < filled; at += page.length) {
    const n = Math.min(page.length, filled - at);
    fill(a, b, 0x1bd11bda ^ a ^ b, high + b, first + at / 2, 4 * n);
    out.set(n === page.length ? page : page.subarray(0, n), at);
  }
  return filled;
}
