import { describe, expect, it } from "vitest";
import { look, lookAtFile, misfits, readFile, thumbnails } from "./desk.js";

const config = {
  data: { dataset: "two-modes", options: { preset: "paper" }, points: 400 },
  objective: { name: "balanced", localSteps: 3 },
};
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("the desk", () => {
  it("draws every data set of the plane, within its box", () => {
    const all = thumbnails();
    expect(all.length).toBeGreaterThan(8);
    expect(all.map(({ name }) => name)).not.toContain("bars-and-stripes");
    for (const { rows, box, name } of all)
      for (let i = 0; i < rows.length; i++) {
        const [low, high] = box[i % 2]!;
        expect(rows[i]! >= low && rows[i]! <= high, name).toBe(true);
      }
  });

  it("says what a configuration makes, what is usual of its members, and the shares of its modes", () => {
    const { resolved, usual, problem, modes } = look({ config });
    expect(problem).toBeNull();
    expect(resolved).toMatchObject({ objective: { localSteps: 3 }, data: { points: 400 } });
    expect(usual).toMatchObject({ objective: { name: "balanced", localSteps: 10 }, data: { points: 20000 } });
    expect(modes!.weights.map((w) => 3 * w)).toEqual([1, 2]);
  });

  it.each([
    [{ objective: { name: "balanced", localSteps: 0 } }, "objective.localSteps", /localSteps/],
    [{ objective: { name: "balance" } }, "objective.name", /balanced/],
    [{ batch: 0 }, "batch", /batch/],
    [{ data: { dataset: "two-modes", options: { dimension: 3 } } }, "", /two coordinates/],
  ])("says what is wrong with %j and where", (wrong, key, message) => {
    const { resolved, problem } = look({ config: { ...config, ...wrong } });
    expect(resolved).toBeNull();
    expect(problem).toMatchObject({ key, message: expect.stringMatching(message) });
  });

  it("says why members do not fit", () => {
    const { objectives, energies, flows } = misfits({ config });
    expect(Object.keys(objectives).sort()).toEqual(["jem", "likelihood", "pseudo-likelihood", "ratio-matching"]);
    expect(Object.keys(energies)).toEqual(expect.arrayContaining(["rbm", "classifier"]));
    expect(energies).not.toHaveProperty("neural");
    expect(Object.keys(flows).sort()).toEqual(["glow", "multiscale-realnvp"]);
    for (const reason of Object.values(objectives)) expect(reason).not.toBe("");
  });

  it("reads two columns of a file, and says of others what they are", async () => {
    const text = bytes("a,kind,b,c,d\n1,x,2,3,1\n4,y,5,,1\n7,x,8,10,1\n");
    expect(await lookAtFile(text, "f.csv")).toEqual({
      ...{ numbers: ["a", "b"], texts: ["kind"], rows: 3 },
      unfit: { c: "cell 2 is missing", d: "1 in every row" },
    });
    const table = await readFile(text, "f.csv", ["b", "a"]);
    expect(table).toEqual({ source: "f.csv", columns: ["b", "a"], data: Float64Array.from([2, 1, 5, 4, 8, 7]) });
    await expect(readFile(text, "f.csv", ["a", "c"])).rejects.toThrow(/^f\.csv.*row 3/);
    await expect(lookAtFile(bytes("PK\u0003\u0004"), "f.xlsx")).rejects.toThrow(/f\.xlsx/);
  });

  it.each([
    ["ragged", "a,b\n1,2\n3\n", /^x\.csv: row 3 has 1 cell; expected 2/],
    ["empty", "", /no rows; expected a header row/],
    ["of a header alone", "a,b\n", /only a header row/],
    [
      "with text among numbers",
      `a,b\n${"1,2\n3,4\n".repeat(9)}5,oops\n`,
      /row 20, column b: "oops" is text, not a number; mend/,
    ],
  ])("says in a line what is wrong with a file that is %s, in words of a page", async (_, text, words) => {
    const wrong = lookAtFile(bytes(text), "x.csv");
    await expect(wrong).rejects.toThrow(words);
    await expect(wrong).rejects.not.toThrow(/--|\n/);
  });
});
