import { expect, test } from "vitest";
import { z } from "zod";
import { catalogEntry } from "../catalog/catalog.js";
import { showMember, showSchema } from "./show-member.js";

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

test("showMember says whatever a declaration says, with no name of a fact known to it", () => {
  const entry = catalogEntry({
    name: "planted",
    about: "A member.",
    options: z.object({ size: z.number().default(2).describe("how large") }),
    ...{ needsFlow: true, exact: false, support: "any", trains: ["energy", "critic"] },
    ...{
      tuning: { option: "size", target: 0.5 },
      reports: { gap: { about: "A gap.", unit: "nats", axis: { log: true }, by: { name: "adam", rate: 1 } } },
    },
    ...{ run: () => 1 },
  });
  expect(showMember(entry).split("\n")).toEqual([
    "  planted: A member.",
    "      needs flow; not exact; support: any; trains: energy, critic; tuning: option size, target 0.5",
    "      size = 2: how large (number)",
    "      reports:",
    "        gap: A gap. (unit nats, by name adam, rate 1)",
  ]);
});
