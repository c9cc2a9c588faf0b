import { normal } from "../random/draw.js";
import { fold } from "../random/key.js";
import { check, ok, warn } from "./check.js";
import type { Evaluator } from "./evaluator.js";
import type { Subject } from "./subject.js";
import { share, show } from "./words.js";

const LINES = 8;
const FIRST = 256;
const PIECES = 16;
/** Times that the piece with the largest jump is divided again. */
const ROUNDS = { float32: 2, float64: 5 } as const;
/** A jump that keeps this share of itself, while its interval shrinks by 16 every round, is one at a point. */
const KEPT = 0.5;
/** Jumps below this share of the range of the line are left alone. */
const SMALL = 1e-3;

/** A straight line of points `origin + t · direction`. */
interface Line {
  readonly origin: Float64Array;
  readonly direction: Float64Array;
}

type OnLine = (line: Line, ts: Float64Array) => Promise<Float64Array>;

/** The largest jump of a function on a line, if it stays when it is looked at ever more closely; else `null`. */
async function jumpOf(f: OnLine, line: Line, rounds: number): Promise<number | null> {
  let [from, to, pieces] = [-1, 1, FIRST];
  let first: number | undefined;
  let range = 0;
  for (let round = 0; round <= rounds; round++) {
    const ts = Float64Array.from({ length: pieces + 1 }, (_, i) => from + ((to - from) * i) / pieces);
    const values = await f(line, ts);
    const jumps = values.slice(1).map((v, i) => Math.abs(v - values[i]!));
    const largest = Math.max(...jumps);
    if (first === undefined) {
      first = largest;
      range = Math.max(...values.map(Math.abs));
    }
    if (!(largest > SMALL * range) || !(largest >= KEPT * first)) return null;
    const at = jumps.indexOf(largest);
    [from, to, pieces] = [ts[at]!, ts[at + 1]!, PIECES];
  }
  return first ?? null;
}

/** Lines through typical points, a few scales long to both sides. */
async function linesOf(subject: Subject): Promise<Line[]> {
  const { size, scale, key } = subject;
  const rows = await subject.some(LINES);
  const directions = normal(fold(key, "lines"), [rows.length], "float64").data;
  return Array.from({ length: rows.length / size }, (_, i) => ({
    origin: rows.slice(i * size, (i + 1) * size),
    direction: directions.slice(i * size, (i + 1) * size).map((v, j) => 3 * v * scale[j]!),
  }));
}

const along = ({ origin, direction }: Line, ts: Float64Array): Float64Array =>
  Float64Array.from({ length: ts.length * origin.length }, (_, k) => {
    const [i, j] = [Math.floor(k / origin.length), k % origin.length];
    return origin[j]! + ts[i]! * direction[j]!;
  });

const slopeOn =
  (it: Evaluator): OnLine =>
  async (line, ts) => {
    const gradients = await it.gradient(along(line, ts));
    return ts.map((_, i) => line.direction.reduce((s, v, j) => s + v * gradients[i * line.direction.length + j]!, 0));
  };

const energyOn =
  (it: Evaluator): OnLine =>
  (line, ts) =>
    it.energy(along(line, ts));

/**
 * Whether the energy has steps or kinks: jumps of E, or of its slope, on lines through typical points that do not
 * shrink with the distance over which they happen. Leapfrog and Langevin steps lose their order of accuracy across one.
 */
export const smoothness = check({
  name: "smoothness",
  about: "E has no steps and no kinks on lines through typical points.",
  stage: "its form",
  async examine(subject) {
    if (subject.energy.support.kind !== "real") return null;
    const it = await subject.widest();
    const lines = await linesOf(subject);
    const jumps = async (f: OnLine): Promise<number[]> => {
      const found = await Promise.all(lines.map((line) => jumpOf(f, line, ROUNDS[it.width])));
      return found.filter((jump) => jump !== null);
    };
    const of = (found: readonly number[]): string => `on ${share(found.length, lines.length, "random lines")}`;
    const steps = await jumps(energyOn(it));
    if (steps.length > 0)
      return warn(
        `E has steps ${of(steps)}, by up to ${show(Math.max(...steps))}`,
        "Its gradient does not see them: replace floor, sign and comparisons by smooth functions, or use a sampler without gradients.",
      );
    // Where there is no gradient, the check of the gradient says so.
    const kinks = await jumps(slopeOn(it)).catch(() => null);
    if (!kinks) return null;
    if (kinks.length > 0)
      return warn(
        `E has kinks ${of(kinks)}: its slope jumps, as with relu, abs, max or min`,
        "Samplers that follow gradients stay exact but accept less: use silu or softplus for relu, sqrt(x² + δ²) for |x|.",
      );
    return ok(`E and its slope are continuous on ${lines.length} random lines`);
  },
});
