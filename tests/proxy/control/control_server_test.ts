import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { callControl } from "../../../proxy/control/call_control.ts";
import { PATIENT, withProxy } from "./fixtures/fake_script.ts";
import { endpoint, report, routeOptions, switchRequest } from "./fixtures/requests.ts";

const KEY = { project: "shop", app: "blog" };

interface Answer {
  readonly status: number | undefined;
  readonly code: string;
  readonly message: string;
}

function post(
  socketPath: string,
  path: string,
  body: { readonly text: string; readonly method?: string },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = "POST", text } = body;
    const request = httpRequest({ socketPath, path, method, agent: false }, (response) => {
      let answer = "";
      response.on("data", (chunk) => answer += chunk);
      response.on("end", () => resolve({ status: response.statusCode, ...JSON.parse(answer) }));
    });
    request.on("error", reject);
    request.end(text);
  });
}

const VALID = JSON.stringify(switchRequest());
const BAD: readonly (readonly [string, string, string, number, string])[] = [
  ["JSON that is cut", "switch", "{", 400, "bad request"],
  ["a list", "switch", "[]", 400, "bad request"],
  [
    "no list of endpoints",
    "switch",
    VALID.replace(/"endpoints":\[.*?\]/, '"endpoints":{}'),
    400,
    "bad request",
  ],
  ["a name for an address", "switch", VALID.replace("10.0.0.1", "blog"), 400, "bad request"],
  ["a host with a port", "switch", VALID.replace("blog.com", "blog.com:80"), 400, "bad request"],
  ["a host in capitals", "switch", VALID.replace("blog.com", "Blog.com"), 400, "bad request"],
  [
    "a health path with a line end",
    "switch",
    VALID.replace("/up", "/up\\r\\nX: y"),
    400,
    "bad request",
  ],
  ["a color that there is not", "switch", VALID.replace("blue", "red"), 400, "bad request"],
  ["an unknown operation", "explode", "{}", 404, "unknown operation"],
  ["an operation of the language", "constructor", "{}", 404, "unknown operation"],
  ["an unknown route", "confirm", JSON.stringify({ ...KEY, generation: 1 }), 404, "unknown route"],
  ["another generation", "switch", VALID.replace('ion":0', 'ion":4'), 409, "wrong generation"],
];

for (const [what, operation, text, status, code] of BAD) {
  test(`makeControlServer() answers ${status} "${code}" to ${what}`, PATIENT, async () => {
    await withProxy(async (proxy) => {
      const answer = await post(proxy.socketPath, `/v1/${operation}`, { text });
      assert.deepEqual([answer.status, answer.code], [status, code]);
      assert.ok(answer.message);
    });
  });
}

test(
  "makeControlServer() refuses another method, another path, and a request that is too long",
  PATIENT,
  async () => {
    await withProxy(async (proxy) => {
      const { socketPath } = proxy;
      const get = await post(socketPath, "/v1/status", { text: "", method: "GET" });
      assert.equal(get.status, 400);
      assert.equal((await post(socketPath, "/status", { text: "" })).status, 400);
      const long = await post(socketPath, "/v1/status", { text: " ".repeat(1_100_000) });
      assert.deepEqual([long.status, long.code], [400, "bad request"]);
      assert.equal((await proxy.call("list", {})).length, 1);
    });
  },
);

test("makeControlServer() names the place of what is wrong in a request", PATIENT, async () => {
  await withProxy(async (proxy) => {
    const text = VALID.replace('"port":3000', '"port":"3000"');
    const { message } = await post(proxy.socketPath, "/v1/switch", { text });
    assert.equal(
      message,
      'Cannot switch: endpoints[0].port: expected a whole number from 1 to 65535, found "3000"',
    );
  });
});

test("makeControlServer() ends a check, when its client goes away", PATIENT, async () => {
  let attempts = 0;
  let onAttempt = () => {};
  const replica = createServer((socket) => {
    attempts++;
    socket.destroy();
    onAttempt();
  });
  await new Promise<void>((resolve) => replica.listen(0, "127.0.0.1", resolve));
  const { port } = replica.address() as AddressInfo;
  await withProxy(async (proxy) => {
    const client = new AbortController();
    const first = new Promise<void>((resolve) => onAttempt = resolve);
    const body = JSON.stringify({
      endpoints: [{ address: "127.0.0.1", port, name: "blog" }],
      health: routeOptions().health,
      budgetMs: 60_000,
      everyMs: 20,
    });
    const lines = callControl("check", body, {
      socketPath: proxy.socketPath,
      signal: client.signal,
    });
    const ended = assert.rejects(lines.next());
    await first;
    client.abort();
    await ended;
    await proxy.call("list", {});
    const before = attempts;
    await proxy.call("check", {
      endpoints: [endpoint(1)].map((one) => ({ ...one, address: "127.0.0.1", port: 1 })),
      health: routeOptions().health,
      budgetMs: 200,
      everyMs: 20,
    });
    assert.ok(attempts <= before + 1, `${attempts - before} attempts after the client left`);
  });
  replica.close();
});

test(
  "makeControlServer() carries a switch out, also when its client goes away",
  PATIENT,
  async () => {
    await withProxy(async (proxy) => {
      const request = httpRequest({
        socketPath: proxy.socketPath,
        path: "/v1/switch",
        method: "POST",
        agent: false,
      });
      request.on("error", () => {}); // It is given up on purpose.
      request.end(VALID, () => setImmediate(() => request.destroy()));
      await proxy.logged(/generation 1 serves/);
      const [again] = await proxy.call("switch", switchRequest());
      assert.equal(again?.generation, 1);
    });
  },
);

test("makeControlServer() streams a watch: a line at once, then the verdict", PATIENT, async () => {
  await withProxy(async (proxy) => {
    const watch = { durationMs: 2_000, minFailures: 5, minShare: 0.2 };
    await proxy.call("switch", switchRequest({ watch }));
    proxy.script({ generations: [report({ requests: 7, failed: 1 })] });
    const lines = await proxy.call("watch", { ...KEY, generation: 1 });
    assert.equal(lines[0]?.kind, "watching");
    assert.deepEqual(lines.at(-1), { kind: "watched", requests: 7, failed: 1, judged: true });
  });
});

test(
  "makeControlServer() ends a watch with the switch back, when the generation fails",
  PATIENT,
  async () => {
    await withProxy(async (proxy) => {
      const watch = { durationMs: 60_000, minFailures: 5, minShare: 0.2 };
      await proxy.call("switch", switchRequest({ watch }));
      const watching = proxy.call("watch", { ...KEY, generation: 1 });
      proxy.script({ generations: [report({ requests: 7, failed: 7 })] });
      const last = (await watching).at(-1);
      assert.deepEqual([last?.kind, last && "generation" in last && last.generation], [
        "switched back",
        0,
      ]);
    });
  },
);
