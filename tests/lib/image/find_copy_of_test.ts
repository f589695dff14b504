import assert from "node:assert/strict";
import { test } from "node:test";
import { findCopyOf } from "../../../lib/image/find_copy_of.ts";

const find = (text: string) => findCopyOf(".luma/secrets", `FROM a\n${text}\n`);

for (
  const [line, found = line] of [
    ["COPY . ."],
    ["COPY ./ /app/"],
    ["ADD / /app"],
    ["copy --chown=app:app package.json . /app", "COPY --chown=app:app package.json . /app"],
    ['COPY ["./", "/app"]'],
    ["COPY * /app/"],
    ["COPY .luma /keys"],
    ["COPY ./.luma/secrets /keys"],
    ["COPY ../.luma /keys"],
    ["COPY src \\\n  . /app/", "COPY src    . /app/"],
    ["RUN <<EOF\ntrue\nEOF\nCOPY . .", "COPY . ."],
  ] as const
) {
  test(`findCopyOf() finds ${JSON.stringify(line)}`, () => assert.equal(find(line), found));
}

for (
  const line of [
    "COPY src package.json /app/",
    "COPY --from=build . .",
    "COPY --exclude=.luma . .",
    "COPY $FILES /app/",
    "COPY *.json .",
    "COPY <<EOF /app/x\nCOPY . .\nEOF",
    "# COPY . .",
    "RUN --mount=type=bind,target=/x cp /x/y .",
    "COPY src .",
  ]
) {
  test(`findCopyOf() finds nothing in ${JSON.stringify(line)}`, () => {
    assert.equal(find(line), undefined);
  });
}
