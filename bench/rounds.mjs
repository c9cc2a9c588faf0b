/** Interleaved timing: everyone works in turn, and only times of the same round are compared. */

/** The median. */
export const middle = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};

/** How often a contender repeats its call to work for about `ms`. Also its warm-up. */
async function calibrate(one, { ms, clock }) {
  let repeat = 1;
  for (;;) {
    const spent = (await one.ask({ repeat, clock })).ms;
    if (spent >= ms) return Math.max(1, Math.ceil((repeat * ms * 1.1) / spent));
    repeat = Math.ceil(repeat * Math.min(10, Math.max(2, (1.2 * ms) / spent)));
  }
}

/** Milliseconds a call of each contender in each round, all of them at least `ms` long. */
export async function timeInTurn(contenders, { rounds, ms, clock = "wall" }) {
  const repeats = [];
  for (const one of contenders) repeats.push(await calibrate(one, { ms, clock }));
  const times = contenders.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (const [i, one] of contenders.entries())
      times[i].push((await one.ask({ repeat: repeats[i], clock })).ms / repeats[i]);
  return times;
}

/** The least. */
export const least = (values) => Math.min(...values);

/** The median, least and largest of the rounds' ratios `peer / ours`, and the ratio of the least times. */
export function compare(ours, theirs) {
  const ratios = ours.map((t, i) => theirs[i] / t);
  return {
    ratio: middle(ratios),
    low: least(ratios),
    high: Math.max(...ratios),
    ofLeast: least(theirs) / least(ours),
  };
}

/** Seconds of processor time that this process has used. */
const used = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Seconds of processor time of a call, from calls of a sixteenth of a second in all. */
export async function secondsOf(run) {
  const began = used();
  let times = 0;
  do {
    await run();
    times++;
  } while (used() - began < 1 / 16);
  return (used() - began) / times;
}
