import { expect, it } from "vitest";
import { newCourse } from "./course.js";

it("keeps as many points as a plot shows, evenly, however long a training is", () => {
  const course = newCourse();
  for (let step = 1; step <= 100_000; step++) course.add([{ step, values: { loss: 2 * step } }]);
  const [x, y] = course.curve("loss");
  expect(x.length).toBeGreaterThan(900);
  expect(x.length).toBeLessThanOrEqual(2000);
  expect(y).toEqual(x.map((step) => 2 * step));
  expect(new Set(x.slice(1).map((step, i) => step - x[i]!)).size).toBe(1);
  expect(course.names()).toEqual(["loss"]);
  course.clear();
  expect(course.curve("loss")).toEqual([[], []]);
});
