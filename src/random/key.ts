/** Splittable keys: where a stream of random numbers starts. A key is two words; whoever holds it can derive more. */

import { InputError } from "../util/errors.js";
import { threefry } from "./threefry.js";

/** Two uint32. Use a key for one draw; derive another key for the next. */
export interface Key {
  readonly a: number;
  readonly b: number;
}

const TWO_32 = 2 ** 32;

// Draws use counters whose high word is below 2³¹. Derivation sets its top bit, and two more bits tell its kinds
// apart, so no derived key is ever a block that the same key draws, nor one that it derives in another way.
const SPLIT = 0x80000000;
const NUMBER = 0xa0000000;
const TEXT = 0xc0000000;
const TEXT_END = 0xe0000000;

/** @throws InputError for anything that is no key: a number would be taken for the same one whatever it is. */
export function expectKey(key: Key): void {
  const { a, b } = (key ?? {}) as Partial<Key>;
  if (typeof a === "number" && typeof b === "number") return;
  const given = typeof key === "object" ? "something else" : String(key);
  throw new InputError(`expected a key, such as makeKey(3) of ebbflow/random, got ${given}`);
}

const block = new Uint32Array(2);

function derive(key: Key, low: number, high: number): Key {
  expectKey(key);
  threefry(block, key.a, key.b, low, high);
  return { a: block[0]!, b: block[1]! };
}

/**
 * The key of a seed: its 64 bits, high word first.
 * @throws InputError unless the seed is a whole number from 0 to 2⁵³ − 1, or a bigint from 0 to 2⁶⁴ − 1.
 */
export function makeKey(seed: number | bigint): Key {
  const fits = typeof seed === "bigint" ? seed >= 0n && seed < 1n << 64n : Number.isSafeInteger(seed) && seed >= 0;
  if (!fits)
    throw new InputError(
      `seed ${seed}: expected a whole number from 0 to 2^53 - 1 (or a bigint below 2^64), such as 0`,
    );
  const bits = BigInt(seed);
  return { a: Number(bits >> 32n), b: Number(bits & 0xffffffffn) };
}

/** `n` keys whose streams are independent of one another and of the parent's. */
export function split(key: Key, n: number): Key[] {
  return Array.from({ length: n }, (_, i) => derive(key, i, SPLIT));
}

/**
 * The key of one thing among many: an independent stream for each number or name.
 *
 * A text is hashed by chaining: each four bytes of its UTF-8 are the counter under the key so far, and its length
 * closes the chain.
 * @throws InputError when a number is not a whole number from 0 to 2⁵³ − 1.
 */
export function fold(key: Key, data: number | string): Key {
  if (typeof data === "string") return foldText(key, data);
  if (!Number.isSafeInteger(data) || data < 0)
    throw new InputError(`fold: expected a whole number from 0 to 2^53 - 1 or a text, got ${data}`);
  return derive(key, data % TWO_32, NUMBER + Math.floor(data / TWO_32));
}

/** The UTF-8 of a text, four bytes a word. */
interface Words {
  readonly words: readonly number[];
  readonly bytes: number;
}

/** Steps of a run fold the same few names into their keys. */
const KEPT = 256;
const known = new Map<string, Words>();

function wordsOf(text: string): Words {
  const found = known.get(text);
  if (found) return found;
  const bytes = new TextEncoder().encode(text);
  const words = Array.from({ length: Math.ceil(bytes.length / 4) }, (_, i) =>
    [0, 1, 2, 3].reduce((word, k) => word | ((bytes[4 * i + k] ?? 0) << (8 * k)), 0),
  );
  const made = { words, bytes: bytes.length };
  if (known.size >= KEPT) known.clear();
  known.set(text, made);
  return made;
}

function foldText(key: Key, text: string): Key {
  const { words, bytes } = wordsOf(text);
  let chain = key;
  for (const word of words) chain = derive(chain, word, TEXT);
  return derive(chain, bytes, TEXT_END);
}

/** `aaaaaaaabbbbbbbb`, 16 hexadecimal digits: how a checkpoint stores a key. */
export const keyToText = (key: Key): string => [key.a, key.b].map((w) => w.toString(16).padStart(8, "0")).join("");

/** The key that `keyToText` wrote. @throws InputError when it is not 16 hexadecimal digits. */
export function keyFromText(text: string): Key {
  if (!/^[0-9a-f]{16}$/.test(text))
    throw new InputError(`key ${JSON.stringify(text)}: expected 16 hexadecimal digits, as keyToText writes them`);
  return { a: Number.parseInt(text.slice(0, 8), 16), b: Number.parseInt(text.slice(8), 16) };
}
