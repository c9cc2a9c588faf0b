/** A model that the page asks: its thread, what it is, and what became of opening it. */

import type { Remote } from "comlink";
import { type Client, openClient, type RemoteQuestion } from "../engine/client.js";
import type { About } from "../engine/questions/answers.js";
import type { Source } from "../engine/questions/source.js";

export type QuestionStatus = "none" | "opening" | "open" | "failed";

export class Question {
  status = $state<QuestionStatus>("none");
  problem = $state<string | null>(null);
  about = $state.raw<About | null>(null);
  #client: Client | undefined;
  #model: Remote<RemoteQuestion> | undefined;
  #turn = 0;

  /** Open another model in place of the one that is open. @param find gives where it comes from. */
  async open(find: () => Promise<Source>): Promise<void> {
    this.close();
    const mine = this.#turn;
    this.status = "opening";
    try {
      const source = await find();
      if (mine !== this.#turn) return;
      const client = openClient((message) => this.#fail(mine, message));
      this.#client = client;
      const model = await client.question(source);
      const about = (await model.about()) as About;
      if (mine === this.#turn) [this.#model, this.about, this.status] = [model, about, "open"];
    } catch (error) {
      this.#fail(mine, (error as Error).message);
    }
  }

  /** @throws Error in a line for what cannot be answered. */
  async ask<T>(work: (model: Remote<RemoteQuestion>) => Promise<T>): Promise<T> {
    if (!this.#model) throw new Error("There is no model open.");
    return work(this.#model);
  }

  close(): void {
    this.#turn++;
    this.#client?.close();
    this.#client = undefined;
    this.#model = undefined;
    [this.status, this.problem, this.about] = ["none", null, null];
  }

  #fail(mine: number, message: string): void {
    if (mine !== this.#turn) return;
    this.close();
    [this.status, this.problem] = ["failed", message];
  }
}

/** The answer to what was asked last; while one is awaited only the newest of the questions after it is kept. */
export class Answer<T> {
  value = $state.raw<T | null>(null);
  problem = $state<string | null>(null);
  busy = $state(false);
  #next: (() => Promise<T>) | null = null;
  #turn = 0;

  async ask(work: () => Promise<T>): Promise<void> {
    this.#next = work;
    if (this.busy) return;
    const mine = this.#turn;
    this.busy = true;
    while (this.#next && mine === this.#turn) {
      const now: () => Promise<T> = this.#next;
      this.#next = null;
      const [value, problem] = await now().then(
        (found) => [found, null] as const,
        (error: Error) => [null, error.message] as const,
      );
      if (mine === this.#turn) [this.value, this.problem] = [value, problem];
    }
    if (mine === this.#turn) this.busy = false;
  }

  /** Nothing was asked. */
  clear(): void {
    this.#turn++;
    this.#next = null;
    [this.value, this.problem, this.busy] = [null, null, false];
  }
}
