import { expect, it } from "vitest";
import { actionOf } from "./keys.js";

const press = (key: string, tag = "BODY", more: object = {}) =>
  actionOf({ key, ctrlKey: false, metaKey: false, altKey: false, ...more }, tag);

it("does what the list of keys says", () => {
  expect([" ", "ArrowRight", "r", "s", "?", "3", "x"].map((key) => press(key))).toEqual([
    ...["play", "step", "reset", "share", "help", { layer: 2 }, null],
  ]);
});

it("leaves keys to fields, buttons and the browser", () => {
  for (const tag of ["INPUT", "SELECT", "TEXTAREA"])
    for (const key of [" ", "r", "ArrowRight", "1"]) expect(press(key, tag)).toBeNull();
  expect([press(" ", "BUTTON"), press("r", "BUTTON"), press(" ", "SUMMARY")]).toEqual([null, "reset", null]);
  expect(press("r", "BODY", { ctrlKey: true })).toBeNull();
});
