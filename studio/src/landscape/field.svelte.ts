/** What a landscape knows of its training: asked of the thread that computes, one question at a time. */

import type { Line, Numbers, View } from "../engine/messages.js";
import type { Run } from "../state/run.svelte.js";
import type { Place } from "./plane.js";

/** Cells along each axis while something moves, and while all stands still. */
const [COARSE, FINE] = [72, 160];

/** What a curve is drawn of, and no picture: milliseconds from one answer to the next while something moves. */
const SELDOM: Readonly<Record<string, number>> = { "mode-weights": 1000 };

export interface Question {
  /** Parts, by name. */
  readonly needs: readonly string[];
  readonly box: View["box"];
  readonly line: Line | undefined;
  /** Whether the answer is soon asked for again. */
  readonly moving: boolean;
}

/** Numbers of one point, and which. */
export interface Reading {
  readonly at: Place;
  readonly numbers: Numbers;
}

export class Field {
  /** Answers by the names of parts. */
  numbers = $state.raw<Readonly<Record<string, Numbers | null>>>({});
  /** The view that they are of. */
  seen = $state.raw<View | null>(null);
  reading = $state.raw<Reading | null>(null);

  #run: Run;
  #question: Question | null = null;
  #pointer: Place | null = null;
  #asking = false;
  #again = false;
  /** When parts that are seldom asked for were. */
  readonly #answered = new Map<string, number>();

  /** @param reads the part that is asked about single points. */
  constructor(
    run: Run,
    private readonly reads = "point",
  ) {
    this.#run = run;
  }

  /** Ask this, now or after the answer that is awaited. */
  async ask(question: Question | null = this.#question): Promise<void> {
    this.#question = question;
    this.#again = this.#asking;
    if (this.#asking || !question) return;
    this.#asking = true;
    const { needs, box, line, moving } = question;
    const view = { box, side: moving ? COARSE : FINE, ...(line ? { line } : {}) };
    const at = this.#pointer;
    const due = needs.filter((name) => !moving || this.#isDue(name));
    const parts = at ? [...due, this.reads] : due;
    const found = await this.#run.ask(parts, at ? { ...view, point: [at.x, at.y] } : view);
    this.#asking = false;
    if (found) this.#keep(found, view, at);
    // What was asked for meanwhile, and a point that moved while nothing else does.
    const late = this.#pointer && !moving && this.#pointer !== at;
    if (this.#again) void this.ask();
    else if (late) void this.#read();
  }

  #isDue(name: string): boolean {
    const [now, each] = [performance.now(), SELDOM[name]];
    if (each === undefined) return true;
    if (now - (this.#answered.get(name) ?? Number.NEGATIVE_INFINITY) < each) return false;
    this.#answered.set(name, now);
    return true;
  }

  /** Where the pointer is: its numbers come with the next answer, or at once where all stands still. */
  point(at: Place | null): void {
    this.#pointer = at;
    if (!at) this.reading = null;
    else if (this.#question && !this.#question.moving && !this.#asking) void this.#read();
  }

  async #read(): Promise<void> {
    const [at, seen] = [this.#pointer, this.seen];
    if (!at || !seen || this.#asking) return;
    this.#asking = true;
    const found = await this.#run.ask([this.reads], { ...seen, point: [at.x, at.y] });
    this.#asking = false;
    this.#tell(found?.[this.reads], at);
    if (this.#again) void this.ask();
    else if (this.#pointer && this.#pointer !== at) void this.#read();
  }

  #tell(numbers: Numbers | null | undefined, at: Place): void {
    if (numbers && this.#pointer) this.reading = { at, numbers };
  }

  #keep(found: Readonly<Record<string, Numbers | null>>, view: View, at: Place | null): void {
    [this.numbers, this.seen] = [found, view];
    if (at) this.#tell(found[this.reads], at);
    const weights = found["mode-weights"]?.weights;
    if (weights instanceof Float64Array) this.#run.keepWeights(Array.from(weights));
  }
}
