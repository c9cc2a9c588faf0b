/** What a program's thread and a host in a thread of its own say to each other, and how one is opened. */

import type { Artifact } from "./artifact.js";
import type { Computes, Tensors } from "./engine.js";

/** What is asked of the host, one thing at a time. Who asks numbers the sessions, and the tensors that stay there. */
export type Request =
  | { readonly type: "load"; readonly session: number; readonly artifact: Artifact }
  | {
      readonly type: "run";
      readonly session: number;
      readonly feeds: Tensors;
      readonly held: Readonly<Record<string, number>>;
      readonly keep: Readonly<Record<string, number>>;
    }
  | { readonly type: "release"; readonly session: number }
  | { readonly type: "read"; readonly held: number }
  | { readonly type: "drop"; readonly held: number };

/** What a browser's thread is told before anything is asked of it. */
export interface Setting {
  /** Where it finds ONNX Runtime, and its build for WebGPU, if that was said. */
  readonly wasm: string | undefined;
  readonly webgpu: string | undefined;
}

/** What is answered: tensors, and of what was loaded what computes it. */
export interface Answered {
  readonly outputs: Tensors;
  readonly engine?: Computes;
}

/** What there was to say, to be said where everything is said once. */
interface Said {
  readonly said?: readonly string[];
}

export type Answer = (Answered | { readonly error: Error }) & Said;

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
