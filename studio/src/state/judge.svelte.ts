/** The judgement of a training of the page, made in a thread of its own that ends with it. */

import { proxy } from "comlink";
import { type Client, openClient } from "../engine/client.js";
import type { JudgedRun, Judgement, JudgingNews } from "../engine/judging/judgement.js";
import type { Run } from "./run.svelte.js";

export type JudgeStatus = "idle" | "waiting" | "judging" | "failed";

/** One judgement at a time on a page: it takes a processor for some seconds. */
let line: Promise<unknown> = Promise.resolve();

export class Judge {
  status = $state<JudgeStatus>("idle");
  problem = $state<string | null>(null);
  /** Whether nobody asked for the one under way. */
  byItself = $state(false);
  #run: Run;
  /** The step that was last judged, or is, and how often the training had been opened then. */
  #asked = $state.raw<{ readonly step: number; readonly opened: number } | null>(null);
  #chains = $state.raw<JudgedRun | null>(null);
  #judgement = $state.raw<Judgement | null>(null);
  #turn = 0;
  #client: Client | undefined;
  #end: () => void = () => {};

  #open: typeof openClient;

  /** @param open opens a thread to judge in. */
  constructor(run: Run, open = openClient) {
    [this.#run, this.#open] = [run, open];
  }

  get busy(): boolean {
    return this.status === "waiting" || this.status === "judging";
  }

  /** The step that the answers are of; `null` where this training has none, and none is under way. */
  get step(): number | null {
    return this.#current ? this.#asked!.step : null;
  }

  get chains(): JudgedRun | null {
    return this.#current ? this.#chains : null;
  }

  get judgement(): Judgement | null {
    return this.#current ? this.#judgement : null;
  }

  get #current(): boolean {
    return this.#asked?.opened === this.#run.opened;
  }

  /** Judge the training as it stands, in place of what is under way. */
  now(byItself = false): Promise<void> {
    this.cancel();
    const mine = ++this.#turn;
    const opened = this.#run.opened;
    Object.assign(this, { status: "waiting", problem: null, byItself });
    const done = line.then(() => this.#judge(mine, opened));
    line = done;
    return done;
  }

  cancel(): void {
    this.#turn++;
    this.#client?.close();
    this.#client = undefined;
    this.#end();
    // What was not judged to its end may be asked for again.
    if (this.busy) [this.status, this.#asked] = ["idle", this.#judgement ? this.#asked : null];
  }

  async #judge(mine: number, opened: number): Promise<void> {
    const holds = (): boolean => mine === this.#turn && opened === this.#run.opened;
    try {
      const order = holds() ? await this.#run.order() : null;
      if (!order || !holds()) return;
      [this.status, this.#asked, this.#chains, this.#judgement] = ["judging", { step: order.step, opened }, null, null];
      await new Promise<void>((resolve, reject) => {
        this.#client = this.#open((message) => reject(new Error(message)));
        // A thread that is ended answers no more.
        this.#end = resolve;
        const hear = (news: JudgingNews): void => {
          if (!holds()) return;
          if (news.type === "chains") this.#chains = news.run;
          else this.#judgement = news.judgement;
        };
        this.#client.api.judge(order, proxy(hear)).then(resolve, reject);
      });
    } catch (error) {
      if (holds()) [this.status, this.problem] = ["failed", (error as Error).message];
    } finally {
      if (mine === this.#turn) {
        this.#client?.close();
        this.#client = undefined;
        if (this.busy) this.status = "idle";
      }
    }
  }
}

const judges = new WeakMap<Run, Judge>();

/** The one of a training. */
export function judgeOf(run: Run): Judge {
  const found = judges.get(run) ?? new Judge(run);
  judges.set(run, found);
  return found;
}
