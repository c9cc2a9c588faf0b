/** Options that nobody means: of the wrong kind, without end, of another command. */

const sets = [
  "steps=NaN",
  "steps=-1",
  "steps=1e400",
  "steps=",
  "=1",
  "a..b=1",
  "__proto__.steps=1",
  "constructor.prototype.x=1",
  "objective.name=",
  "objective.name=constructor",
  "energy.hidden=[-1]",
  "energy.hidden=[]",
  "energy.hidden=[1.5]",
  "seed=99999999999999999999",
  "seed=0.5",
  "data.dataset=../../etc/passwd",
  "steps=*a",
  `${".".repeat(20_000)}=1`,
  `x${"y".repeat(100_000)}=1`,
  "steps=[[[[[[[[[[[[1]]]]]]]]]]]]",
  "steps={a: &a [1], b: *a}",
];

export const options = {
  name: "options",
  *cases() {
    for (const [i, set] of sets.entries())
      yield {
        name: `--set ${set.slice(0, 40)}`,
        quick: i % 5 === 0,
        run: (box) => box.call(["train", "--steps", "2", "--set", set, "--out", "run"], { code: [1, 2] }),
      };
  },
};
