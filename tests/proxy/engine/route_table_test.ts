/** Which route a host and a path belong to. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compileRoutes } from "../../../proxy/engine/route_table.ts";

const TABLE = compileRoutes([
  { hosts: ["a.example"], path: "/", route: "a" },
  { hosts: ["a.example"], path: "/api", route: "api" },
  { hosts: ["a.example"], path: "/api/v2/", route: "v2" },
  { hosts: ["*.example"], path: "/", route: "wild" },
  { hosts: ["*.a.example"], path: "/only", route: "deep" },
  { hosts: [], path: "/all", route: "others" },
]);

for (
  const [host, path, expected] of [
    ["a.example", "/", "a"],
    ["a.example", "/x", "a"],
    ["a.example", "/api", "api"],
    ["a.example", "/api/", "api"],
    ["a.example", "/api/x", "api"],
    ["a.example", "/apis", "a"],
    ["a.example", "/api/v2", "v2"],
    ["a.example", "/api/v2/x", "v2"],
    ["a.example", "/api/v21", "api"],
    ["a.example", "*", "a"],
    ["b.example", "/", "wild"],
    ["x.b.example", "/", undefined],
    ["example", "/", undefined],
    ["x.a.example", "/only", "deep"],
    ["x.a.example", "/", undefined],
    ["x.a.example", "/all/x", "others"],
    ["other", "/all", "others"],
    ["", "/all", "others"],
    ["", "/", undefined],
    [".example", "/", undefined],
  ] as const
) {
  test(`compileRoutes() routes "${host}" ${path} to ${expected ?? "nothing"}`, () => {
    assert.equal(TABLE.find(host, path), expected);
  });
}

test("compileRoutes() gives a host and path to the first of two routes", () => {
  const table = compileRoutes([
    { hosts: ["a"], path: "/", route: 1 },
    { hosts: ["a"], path: "", route: 2 },
  ]);
  assert.equal(table.find("a", "/"), 1);
});
