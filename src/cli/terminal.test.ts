import { execFileSync } from "node:child_process";
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { lineFor, printTable, quote } from "./terminal.js";

const stream = (isTTY: boolean): NodeJS.WriteStream => Object.assign(new PassThrough(), { isTTY }) as never;
const written = async (isTTY: boolean, text: string): Promise<string> => {
  const out = stream(isTTY);
  await printTable(text, out as never);
  return String((out as unknown as PassThrough).read());
};

describe("a line", () => {
  it("is one line that is not long, whatever is in it", () => {
    const line = lineFor(stream(false), `no column ${"\u001b\n".repeat(1_000_000)}; there are: a, b`);
    expect(line).toMatch(/^no column \\x1b\\n.*there are: a, b$/);
    expect(line.length).toBeLessThan(2000);
  });

  it("begins with a coloured word only where we wrote it", () => {
    expect(lineFor(stream(true), "x\nerror: forged")).toBe("x\\nerror: forged");
    expect(lineFor(stream(false), "error: x")).toBe("error: x");
  });
});

describe("a table", () => {
  it("is data, and what a terminal obeys is written out on one", async () => {
    expect(await written(false, "a\u001b[1m,b\n1,2\n")).toBe("a\u001b[1m,b\n1,2\n");
    expect(await written(true, "a\u001b[1m,b\n1,2\n")).toBe("a\\x1b[1m,b\n1,2\n");
  });
});

describe("quote", () => {
  it("is what a shell takes back, in characters that a terminal shows", () => {
    for (const word of ["a b", "it's", "a\u001b[31m'b\\c", "x\ny", "$(id)", "a\u202eb"]) {
      const quoted = quote(word);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      expect(quoted).not.toMatch(/[\u0000-\u001f\u202e]/);
      expect(execFileSync("bash", ["-c", `printf %s ${quoted}`], { env: { LC_ALL: "C.UTF-8" } }).toString()).toBe(word);
    }
  });
});
