import { expect, it } from "vitest";
import { look } from "../engine/desk.js";
import { layers } from "../landscape/layers/members.js";
import { readAddress, writeAddress } from "../state/address.js";
import { opening } from "../state/opening.js";
import { addressOf } from "./chapter.js";
import { chapters } from "./members.js";

it("has nine chapters of names and titles of their own", () => {
  expect(chapters).toHaveLength(9);
  expect(new Set(chapters.flatMap(({ name, title }) => [name, title])).size).toBe(18);
});

it.each(chapters.map((chapter) => [chapter.name, chapter] as const))(
  "%s opens a state that trains",
  (name, chapter) => {
    const { state, problems } = readAddress(addressOf(chapter), opening);
    expect(problems).toEqual([]);
    expect(state.chapter).toBe(name);
    expect(readAddress(`#${writeAddress(state)}`, opening).state).toEqual(state);
    expect(layers.map((layer) => layer.name)).toEqual(expect.arrayContaining([...state.layers]));
    for (const setup of state.runs) expect(look(setup).problem).toBeNull();
  },
);

it.each(chapters.map((chapter) => [chapter.name, chapter] as const))("%s is short", (_, { text, attempt, answer }) => {
  expect(text.join(" ").split(" ").length).toBeLessThan(170);
  for (const words of [attempt, answer]) expect(words.split(" ").length).toBeLessThan(70);
});
