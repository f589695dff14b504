import assert from "node:assert/strict";
import { test } from "node:test";
import { findStage, readStages } from "../../../lib/image/read_stages.ts";

test("readStages() finds names, bases among the stages before, and what stands before them", () => {
  const text = `ARG TAG=1
FROM --platform=x node:$TAG AS Build
COPY . .
from build as test
RUN check
FROM nginx
COPY --from=build /app/dist /
FROM test
`;
  assert.deepEqual(readStages(text), {
    head: [{ word: "ARG", rest: "TAG=1" }],
    stages: [
      { name: "build", instructions: [{ word: "COPY", rest: ". ." }] },
      { name: "test", base: 0, instructions: [{ word: "RUN", rest: "check" }] },
      { instructions: [{ word: "COPY", rest: "--from=build /app/dist /" }] },
      { base: 1, instructions: [] },
    ],
  });
  assert.deepEqual(readStages("# nothing"), { head: [], stages: [] });
});

test("findStage() takes a name in any letters, and a number", () => {
  const { stages } = readStages("FROM a AS one\nFROM b AS two");
  const found = ["ONE", "two", "0", "1", "2", "three"].map((name) => findStage(stages, name));
  assert.deepEqual(found, [0, 1, 0, 1, undefined, undefined]);
});
