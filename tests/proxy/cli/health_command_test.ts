import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { parseHealthUrl } from "../../../proxy/cli/health_command.ts";
import { runHealth } from "./run_cli.ts";

async function withApp(body: (url: string) => Promise<void>): Promise<void> {
  let requests = 0;
  const server = createServer((request, response) => {
    const late = request.url === "/late" && ++requests < 3;
    response.statusCode = late ? 503 : request.url === "/teapot" ? 418 : 200;
    response.end(request.headers.host);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
  }
}

test("healthCommand() exits with 0 and prints nothing, when the URL is healthy", async () => {
  await withApp(async (url) => {
    assert.deepEqual(await runHealth([`${url}/up`]), { code: 0, stdout: "", stderr: "" });
    assert.equal((await runHealth([`${url}/teapot`, "--expect", "418"])).code, 0);
  });
});

test("healthCommand() exits with 1 and the reason, when it is not", async () => {
  await withApp(async (url) => {
    const { code, stdout, stderr } = await runHealth([`${url}/teapot`, "--host", "blog.com"]);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.equal(stderr, `${url}/teapot: GET /teapot: 418: blog.com\n`);
  });
});

test("healthCommand() goes on asking for as long as --wait says", async () => {
  await withApp(async (url) => {
    const { code } = await runHealth([`${url}/late`, "--wait", "60s", "--interval", "10ms"]);
    assert.equal(code, 0);
  });
});

for (const args of [[], ["ftp://a/"], ["nonsense"], ["http://a/", "--timeout", "5"], ["a", "b"]]) {
  test(`healthCommand() exits with 2: luma-health ${args.join(" ")}`, async () => {
    const { code, stderr } = await runHealth(args);
    assert.equal(code, 2);
    assert.match(stderr, /^luma-health: .*\nhint: luma-health --help\n$/);
  });
}

test("parseHealthUrl() finds address, port, path and host", () => {
  assert.deepEqual(parseHealthUrl("http://[::1]:3000/up?full=1"), {
    address: "::1",
    port: 3000,
    path: "/up?full=1",
    host: "[::1]:3000",
    proto: "http",
    tls: false,
  });
  assert.equal(parseHealthUrl("https://blog.com").port, 443);
});
