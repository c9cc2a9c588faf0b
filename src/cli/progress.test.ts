import { describe, expect, test } from "vitest";
import { type ProgressState, progressLine, showDuration, showProgress } from "./progress.js";

const state: ProgressState = {
  stage: "training",
  from: 500,
  steps: 2000,
  step: 1000,
  seconds: 10,
  metrics: { energyGap: -0.026, localAcceptance: 0.574, globalAcceptance: 0.91, stepSize: 0.02 },
  validation: { value: -3.8214, best: 750 },
};

describe("progressLine", () => {
  test("shows what is left, the gap, both acceptances, the best validation and the rate since the stage began", () => {
    expect(progressLine(state)).toBe(
      "training 1000/2000  0:20 left  gap -0.03  accepted 57/91 %  val -3.821, best at 750  50/s",
    );
  });

  test("leaves out what there is not: a rate before the first step, metrics of other objectives", () => {
    expect(progressLine({ ...state, step: 500, metrics: {}, validation: null })).toBe("training 500/2000");
    const pcd = progressLine({ ...state, metrics: { energyGap: 1, acceptance: 0.5 }, validation: null });
    expect(pcd).toBe("training 1000/2000  0:20 left  gap 1.00  accepted 50 %  50/s");
    const metrics = { negativeLogLikelihood: 2.5 };
    const fit = progressLine({ ...state, stage: "pretraining", step: 2000, metrics, validation: null });
    expect(fit).toBe("fitting the flow 2000/2000  -log-lik 2.500  150/s");
    expect(progressLine({ ...state, stage: "evaluating" })).toBe("evaluating …");
  });
});

test("showDuration rounds up, to hours where needed", () => {
  expect([0.2, 59.9, 61, 3725].map(showDuration)).toEqual(["0:01", "1:00", "1:01", "1:02:05"]);
});

describe("showProgress", () => {
  const fake = (isTTY: boolean): { stream: NodeJS.WriteStream; text: () => string } => {
    let text = "";
    const write = (part: string): boolean => {
      text += part;
      return true;
    };
    return { stream: { isTTY, columns: 30, write } as unknown as NodeJS.WriteStream, text: () => text };
  };
  const events = (stream: NodeJS.WriteStream, quiet: boolean): void => {
    const progress = showProgress(stream, quiet);
    progress.event({ type: "stage", stage: "training", from: 0, steps: 10 });
    progress.event({ type: "progress", step: 1, steps: 10, metrics: { energyGap: 1 } });
    progress.event({ type: "notice", text: "look" });
    progress.end();
  };

  test("redraws one line, cut to the width, for a person", () => {
    const { stream, text } = fake(true);
    events(stream, false);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the terminal's own commands are what is looked for.
    const lines = text().split(/\r\x1b\[2K/);
    expect(lines.length).toBeGreaterThan(3);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are not width.
    for (const line of lines) expect(line.replace(/\x1b\[\d+m/g, "").length).toBeLessThan(30);
    expect(lines.at(-1)).toBe("");
    expect(text()).toContain("look\n");
  });

  test("writes no control characters to a log, and nothing but notices when quiet", () => {
    const log = fake(false);
    events(log.stream, false);
    expect(log.text()).toBe("notice: look\n");
    const quiet = fake(true);
    events(quiet.stream, true);
    expect(quiet.text()).toContain("look\n");
    expect(quiet.text()).not.toContain("training");
  });
});
