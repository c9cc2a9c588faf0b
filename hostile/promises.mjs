/** What every call of the command line keeps to, whatever it is given: each says what is broken, or nothing. */

const MEMORY = 1.5 * 2 ** 30;
const WORDS = 20_000;
const LINE = 2_000;

/** Characters that a terminal obeys rather than shows, but for line feed and tab; and those that turn its text around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]/;

export const promises = [
  ({ late, took }) => late && `did not end in ${took.toFixed(0)} s`,
  ({ code, by, wanted }) =>
    wanted.code.includes(code ?? by) ? "" : `ended with ${code ?? by}, not ${wanted.code.join(" or ")}`,
  ({ stderr, stdout }) => /^\s+at .+[:(].+:\d+/m.test(stderr + stdout) && "a stack of calls",
  ({ stderr }) => /defect of ebbflow|node:internal|Node\.js v\d/.test(stderr) && "calls itself a defect",
  ({ stderr }) => obeyed.test(stderr) && `a character on stderr that a terminal obeys: ${show(obeyed.exec(stderr))}`,
  ({ stdout, args }) =>
    !args.includes("--json") &&
    obeyed.test(stdout.replaceAll("\r\n", "\n")) &&
    "a character on stdout that a terminal obeys",
  ({ stderr }) => stderr.length > WORDS && `${stderr.length} characters on stderr`,
  ({ stderr }) => stderr.split("\n").some((line) => line.length > LINE) && "a line of thousands of characters",
  ({ code, stderr }) => {
    const errors = stderr.split("\n").filter((line) => line.startsWith("error:")).length;
    if (code === 0) return errors > 0 && "an error, and exit code 0";
    return [1, 2, 3].includes(code) && errors !== 1 && `${errors} lines that begin with error:, and exit code ${code}`;
  },
  ({ peak }) => peak > MEMORY && `${(peak / 2 ** 20).toFixed(0)} MB of memory`,
];

const show = (match) => JSON.stringify(match[0]);
