import { expect, test } from "vitest";
import { z } from "zod";
import { listSet, sets } from "./sets.js";
import { showSchema } from "./show-member.js";

test("showSchema says in words what a value may be", () => {
  const show = (schema: z.ZodType): string =>
    showSchema(z.toJSONSchema(schema, { unrepresentable: "any", io: "input" }) as object);
  expect(show(z.number())).toBe("number");
  expect(show(z.number().positive().max(2))).toBe("number > 0 and ≤ 2");
  expect(show(z.number().int().min(1))).toBe("whole number ≥ 1");
  expect(show(z.array(z.number().int().positive()))).toBe("list of whole number > 0");
  expect(show(z.enum(["a", "b"]).nullable())).toBe("a | b or null");
  expect(show(z.tuple([z.number(), z.string()]))).toBe("[number, string]");
  expect(show(z.union([z.literal("equal"), z.boolean()]))).toBe("equal or true | false");
  expect(show(z.unknown())).toBe("any value");
});

test("every set has members with a meaning for each option, and defaults where they are not required", async () => {
  for (const set of sets)
    for (const { name, options } of await listSet(set))
      for (const option of options) {
        const where = `${set} ${name} ${option.name}`;
        expect(option.about, where).not.toBe("");
        if (option.required) expect(option.default, where).toBe(null);
      }
  const required = (await listSet("metrics")).flatMap(({ options }) =>
    options.filter((o) => o.required).map((o) => o.name),
  );
  expect(new Set(required)).toEqual(new Set(["modes", "superchains"]));
});
