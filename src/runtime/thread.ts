/** What a program's thread and an engine in a thread of its own say to each other, and how one is opened. */

import type { Tensors } from "./engine.js";

/** What is asked of the engine, one thing at a time. Who asks numbers the sessions. */
export type Request =
  | { readonly type: "create"; readonly session: number; readonly model: Uint8Array }
  | { readonly type: "run"; readonly session: number; readonly feeds: Tensors }
  | { readonly type: "release"; readonly session: number };

export type Answer = { readonly outputs: Tensors } | { readonly error: Error };

/** The buffers of tensors, each once: what can be moved to another thread instead of copied. */
export const buffersOf = (tensors: Tensors): ArrayBuffer[] => [
  ...new Set(Object.values(tensors).map(({ data }) => data.buffer as ArrayBuffer)),
];

export interface ThreadEvents {
  answered(answer: Answer): void;
  /** The thread is gone, or never was. */
  ended(reason: string): void;
}

export interface Thread {
  /** Memory that is transferred is no longer here. */
  post(request: Request, transfer: readonly ArrayBuffer[]): void;
  /** Whether an answer is awaited: only then does the thread keep the program from ending. */
  awaited(something: boolean): void;
  /** End it; resolves when it is gone. */
  end(): Promise<void>;
}

export type OpenThread = (events: ThreadEvents) => Thread;
