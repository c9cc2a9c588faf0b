import { describe, expect, it } from "vitest";
import { runAmong } from "./source.js";

const files = (...paths: string[]) => paths.map((path) => ({ path, file: new Blob([path]) }));

describe("the run among chosen files", () => {
  it("is the folder that has a run's mark, without what lies beside it", () => {
    const found = runAmong("all", files("all/mine/run.json", "all/mine/best/a", "all/notes.txt"));
    expect([...found.keys()]).toEqual(["run.json", "best/a"]);
    expect([...runAmong("mine", files("run.json", "config.yaml")).keys()]).toEqual(["run.json", "config.yaml"]);
  });

  it("is told to be none, or one of several", () => {
    expect(() => runAmong("papers", files("papers/a.pdf"))).toThrow(/^papers holds no run/);
    expect(() => runAmong("runs", files("runs/a/run.json", "runs/b/run.json"))).toThrow(
      /holds 2 runs \(runs\/a\/, runs\/b\/\)/,
    );
  });
});
