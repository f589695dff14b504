import assert from "node:assert/strict";
import { test } from "node:test";
import { readAppState } from "../../../lib/state/app_state.ts";
import {
  aGeneration,
  aReplica,
  aRoute,
  aServer,
  MIDDLE,
  OLD,
} from "../../fixtures/server_state.ts";

const BLUE = aReplica("blue", { deployment: OLD });
const GREEN = aReplica("green", { deployment: MIDDLE });
const GREEN_TEMP = aReplica("green", { deployment: MIDDLE, alias: false });

for (
  const [evidence, server, expected] of [
    ["nothing", aServer([]), undefined],
    [
      "the proxy's color, before any alias",
      aServer([BLUE, GREEN_TEMP], [aRoute(aGeneration("green"))]),
      "green",
    ],
    ["the color that holds the alias", aServer([BLUE, GREEN_TEMP]), "blue"],
    ["the older one where both hold it", aServer([BLUE, GREEN]), "blue"],
    [
      "not a color that holds it on some replicas only",
      aServer([
        aReplica("blue", { of: 2, replica: 1, deployment: OLD }),
        aReplica("blue", { of: 2, replica: 2, deployment: OLD, alias: false }),
        GREEN,
      ]),
      "green",
    ],
    [
      "the color that runs where neither holds it",
      aServer([{ ...BLUE, status: "exited", networks: {} }, GREEN_TEMP]),
      "green",
    ],
    [
      "the older one where both run without it",
      aServer([aReplica("blue", { deployment: OLD, alias: false }), GREEN_TEMP]),
      "blue",
    ],
    [
      "nothing where nothing ever ran",
      aServer([aReplica("blue", { status: "created", alias: false })]),
      undefined,
    ],
  ] as const
) {
  test(`getCurrentActiveColor() decides by ${evidence}`, () => {
    assert.equal(readAppState(server, "site", "blog").active, expected);
  });
}
