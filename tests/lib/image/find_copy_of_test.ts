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

const BUILD = "FROM node AS build\nWORKDIR /app\nCOPY . .\nRUN npm run build\n";

for (
  const [text, found] of [
    ["FROM nginx\nCOPY --from=build /app/dist /srv", undefined],
    ["FROM nginx\nCOPY --from=build /app/.luma/other /srv", undefined],
    ["FROM nginx\nCOPY --from=elsewhere /app /srv", undefined],
    ["FROM nginx\nCOPY --from=build --exclude=.luma /app /srv", undefined],
    ["FROM nginx\nCOPY --from=build $FILES /srv", undefined],
    ["FROM nginx\nCOPY --from=build /app /srv", "COPY --from=build /app /srv"],
    ["FROM nginx\nCOPY --from=0 / /", "COPY --from=0 / /"],
    ["FROM nginx\nCOPY --from=Build app/.luma /x", "COPY --from=Build app/.luma /x"],
    ["FROM build", "COPY . ."],
    ["FROM build AS test\nFROM test\nCOPY src .", "COPY . ."],
    ["FROM nginx AS next\nCOPY --from=build /app /a\nFROM b\nCOPY --from=next /app /b", undefined],
    [
      "FROM nginx AS next\nCOPY --from=build /app /a\nFROM b\nCOPY --from=next /a/.luma/* /b/",
      "COPY --from=next /a/.luma/* /b/",
    ],
    [
      "FROM c AS keys\nCOPY .luma/secrets /k/\nFROM b\nCOPY --from=keys /k/secrets .",
      "COPY --from=keys /k/secrets .",
    ],
    [
      "FROM c AS keys\nCOPY . $HOME\nFROM b\nCOPY --from=keys /root .\nCOPY --from=keys / .",
      "COPY --from=keys / .",
    ],
  ] as const
) {
  test(`findCopyOf() finds ${found ?? "nothing"} after another stage: ${JSON.stringify(text)}`, () => {
    assert.equal(findCopyOf(".luma/secrets", BUILD + text), found);
  });
}

test("findCopyOf() looks at the stage that is built", () => {
  const text = `${BUILD}FROM nginx AS web\nCOPY --from=build /app/dist /srv\n`;
  const targets = [undefined, "web", "1", "build", "BUILD", "0"];
  assert.deepEqual(targets.map((target) => findCopyOf(".luma/secrets", text, target)), [
    ...[undefined, undefined, undefined],
    ...["COPY . .", "COPY . .", "COPY . ."],
  ]);
});
