/** How far a run is, in one line. */

import type { RunEvent } from "../run/execute.js";
import { trainingMetrics } from "../train/training-metrics.js";
import { liveLine } from "./live-line.js";

/** What the line shows. */
export interface ProgressState {
  readonly stage: (RunEvent & { type: "stage" })["stage"];
  readonly from: number;
  readonly steps: number;
  readonly step: number;
  /** Seconds since the stage began. */
  readonly seconds: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly validation: { readonly value: number; readonly best: number } | null;
}

const stages = {
  compiling: "compiling",
  pretraining: "fitting the flow",
  training: "training",
  evaluating: "evaluating",
} as const;

/** `0:07`, `12:30`, `1:02:05` */
export function showDuration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const two = (n: number): string => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** Metrics that ask to be shown, in the order they are reported; those of one label side by side. */
function showMetrics({ metrics }: ProgressState): string[] {
  const shown = new Map<string, { readonly values: string[]; readonly unit: string }>();
  for (const [name, value] of Object.entries(metrics)) {
    const { progress, unit } = trainingMetrics[name] ?? {};
    if (!progress) continue;
    const isShare = unit === "share";
    const own = shown.get(progress.label) ?? { values: [], unit: isShare ? " %" : "" };
    own.values.push(isShare ? String(Math.round(100 * value)) : value.toFixed(progress.digits ?? 2));
    shown.set(progress.label, own);
  }
  return [...shown].map(([label, { values, unit }]) => `${label} ${values.join("/")}${unit}`);
}

/**
 * The line: stage, time left, the metrics that ask for it, log-likelihood of validation rows, steps a second. The most telling comes first: 80 columns cut the rest.
 */
export function progressLine(state: ProgressState): string {
  const { stage, from, steps, step, seconds, validation } = state;
  if (stage === "compiling" || stage === "evaluating") return `${stages[stage]} …`;
  const done = step - from;
  const rate = done / seconds;
  const timed = done > 0 && seconds > 0;
  return [
    `${stages[stage]} ${step}/${steps}`,
    ...(timed && step < steps ? [`${showDuration((steps - step) / rate)} left`] : []),
    ...showMetrics(state),
    ...(validation ? [`val ${validation.value.toFixed(3)}, best at ${validation.best}`] : []),
    ...(timed ? [`${rate >= 10 ? rate.toFixed(0) : rate.toFixed(1)}/s`] : []),
  ].join("  ");
}

export interface Progress {
  event(event: RunEvent): void;
  say(text: string): void;
  end(): void;
}

const fresh: ProgressState = {
  stage: "compiling",
  from: 0,
  steps: 0,
  step: 0,
  seconds: 0,
  metrics: {},
  validation: null,
};

/** Progress of a run on a stream; `quiet` leaves only notices. */
export function showProgress(stream: NodeJS.WriteStream, quiet: boolean): Progress {
  const line = liveLine(stream, quiet);
  let state = fresh;
  let began = performance.now();
  return {
    say: line.say,
    end: line.end,
    event(event) {
      if (event.type === "notice") return line.say(`notice: ${event.text}`);
      const now = performance.now();
      if (event.type === "stage") {
        const { stage, from, steps } = event;
        state = { ...fresh, stage, from, steps, step: from };
        began = now;
      } else if (event.type === "progress") {
        state = { ...state, step: event.step, metrics: event.metrics };
      } else {
        const best = event.best ? event.step : (state.validation?.best ?? event.step);
        state = { ...state, validation: { value: event.validation, best } };
      }
      state = { ...state, seconds: (now - began) / 1000 };
      line.show(progressLine(state));
    },
  };
}
