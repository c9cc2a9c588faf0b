import { expect, it } from "vitest";
import { ownNames } from "./address.js";
import { nothingAsked, questionOfFile, questionOfRun, questionOfTraining, whereOf } from "./where.js";

it("is found again where it was named, whatever its name", () => {
  for (const run of [0, 1]) expect(whereOf(questionOfTraining(run))).toEqual({ kind: "training", run });
  const name = 'a <b>#?%20 "c"';
  expect(whereOf(questionOfFile(name))).toEqual({ kind: "file", name });
  const address = questionOfRun(name);
  expect(whereOf(address)).toEqual({ kind: "address", address });
  expect(new URL(address, "http://x/").pathname).toBe(`/${address}`);
});

it("leaves nothing in the address that was asked of another", () => {
  const asked = ownNames.slice(ownNames.indexOf("question") + 1);
  // How it is looked at may stay.
  expect([...Object.keys(nothingAsked), "ownScale"]).toEqual(expect.arrayContaining(asked));
});
