/** More than any machine has: refused before it is begun, with what would fit where one setting is to blame. */

const dataset = ["data.dataset=moons", "data.points=400", "steps=2"];
const refused = { code: [2], says: /^error: .*(memory|layers|at most|too many|must be)/m };

/** Settings of a training, and what is said of them. */
const trainings = [
  [["batch=1000000000"], /batch of at most \d+ fits/],
  [["objective.name=pcd", "objective.chains=1000000000"], /objective\.chains of at most \d+ fits/],
  [["energy.hidden=[1000000000]"], /energy\.hidden\.0 of at most \d+ fits/],
  [["energy.hidden=[100000,100000]"], /energy\.hidden\.\d of at most \d+ fits/],
  [["batch=1000000000", "objective.name=pcd", "objective.chains=1000000000"], /a smaller batch/],
  [[`energy.hidden=[${Array(10_000).fill(8)}]`], /fewer layers/],
  [["data.points=1000000000000"], /memory/],
  [["data.points=10000000000"], /memory/],
  [["energy.hidden=[1e300]"], /./],
  [["batch=9007199254740991"], /./],
  [["data.points=9007199254740991"], /./],
  [["steps=1e300"], /./],
  [["energy.hidden=[9007199254740991,9007199254740991]"], /./],
  [["draws=1000000000000"], /memory/],
];

/** Calls about a run of two columns of numbers. */
const asked = [
  ["sample", "run", "-n", "1000000000000"],
  ["sample", "run", "-n", "9007199254740991"],
  ["sample", "run", "-n", "3000000000", "--json"],
  ["evaluate", "run", "--draws", "1000000000000"],
  ["impute", "run", "holes.csv", "--draws", "1000000000000"],
  ["impute", "run", "holes.csv", "--chains", "1000000000000"],
];

export const bounds = {
  name: "bounds",
  *cases() {
    for (const [i, [set, says]] of trainings.entries())
      yield {
        name: `train ${set.join(" ").slice(0, 60)}`,
        quick: i < 2,
        run: async (box) => {
          const words = [...dataset, ...set].flatMap((one) => ["--set", one]);
          await box.call(["train", ...words, "--out", "run"], { code: [2], says });
          box.expect(!box.exists("run/checkpoints/0.safetensors"), "has begun to train");
        },
      };
    for (const [i, args] of asked.entries())
      yield {
        name: args.join(" "),
        quick: i === 0,
        run: async (box) => {
          await box.run("numbers");
          box.write("holes.csv", "a,b\n1,\n,0.5\n");
          await box.call(args, refused);
        },
      };
  },
};
