import assert from "node:assert/strict";
import { test } from "node:test";
import { formatLogin } from "../../../lib/ssh/login_line.ts";

const SERVER = { kind: "ssh", name: "web1", host: "10.0.0.5" } as const;

test("formatLogin() says only what luma.yml says, so that ~/.ssh/config holds for the rest", () => {
  assert.equal(formatLogin(SERVER), "ssh 10.0.0.5");
});

test("formatLogin() leads to the same server with the same user and key, also with a terminal", () => {
  const server = { ...SERVER, user: "luma", port: 2222, keyFile: "/k" };
  assert.equal(formatLogin(server, { terminal: true }), "ssh -t -p 2222 -i /k luma@10.0.0.5");
});
