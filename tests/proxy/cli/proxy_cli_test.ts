import assert from "node:assert/strict";
import { test } from "node:test";
import { HELP } from "../../../proxy/cli/proxy_cli.ts";
import { withProxy } from "../control/fixtures/fake_script.ts";
import { switchRequest } from "../control/fixtures/requests.ts";
import { runCli } from "./run_cli.ts";

const BLOG = ["--project", "shop", "--app", "blog"];

test("runProxyCli() prints help and version", async () => {
  assert.deepEqual(await runCli(["--help"]), { code: 0, stdout: HELP, stderr: "" });
  assert.deepEqual(await runCli(["--version"]), { code: 0, stdout: "0.1.0\n", stderr: "" });
  assert.equal((await runCli([])).code, 2);
});

const COMMANDS =
  "run hold health deploy remove list status check switch watch confirm switch-back drain call";

for (const command of COMMANDS.split(" ")) {
  test(`runProxyCli() explains ${command}`, async () => {
    const { code, stdout } = await runCli([command, "--help"]);
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`^Usage: luma-(proxy ${command}|health)\\b`));
    assert.ok(stdout.split("\n").every((line) => line.length <= 100));
  });
}

const USAGE: readonly (readonly [readonly string[], RegExp])[] = [
  [["serve"], /no command "serve"/],
  [["toString"], /no command "toString"/],
  [["run", "--port", "80"], /'?--port'?/],
  [["run", "--http-port", "0"], /--http-port: expected a number from 1 to 65535, found "0"/],
  [["run", "--http-port", "80x"], /found "80x"/],
  [["run", "--listen", "localhost"], /--listen: expected an IP address, found "localhost"/],
  [["run", "--stop-timeout", "25"], /--stop-timeout: expected a duration like 250ms/],
  [["run", "now"], /unexpected argument "now"/],
  [["deploy", "--project", "p"], /--target is missing/],
  [["deploy", "--target", "blog:80"], /--project is missing/],
  [["deploy", "--target", "blog", "--project", "p"], /--target: expected alias:port/],
  [["deploy", "--target", "10.0.0.1:80", "--project", "p"], /--app is missing/],
  [["drain", ...BLOG, "--color", "red"], /--color: expected blue or green, found "red"/],
  [["confirm", ...BLOG], /--generation is missing/],
  [["check"], /--endpoint is missing/],
  [["check", "--endpoint", "blog:80"], /--endpoint: expected address:port, found "blog:80"/],
  [["call"], /expected one operation/],
  [["health"], /expected one URL/],
];

for (const [args, expected] of USAGE) {
  test(`runProxyCli() exits with 2 and a hint: ${args.join(" ")}`, async () => {
    const { code, stdout, stderr } = await runCli(args);
    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.match(stderr, expected);
    assert.match(stderr, /hint: luma-proxy .*--help/);
  });
}

test("runProxyCli() says that nobody answers, with exit code 1", async () => {
  const { code, stderr } = await runCli(["list", "--socket", "/no/such.sock"]);
  assert.equal(code, 1);
  assert.match(stderr, /^Cannot reach luma-proxy at \/no\/such\.sock: nobody answers\nhint: /);
  const call = await runCli(["call", "list", "--socket", "/no/such.sock"]);
  assert.equal(call.code, 1);
  assert.equal(JSON.parse(call.stdout).kind, "failure");
});

test("runProxyCli() makes, shows, changes and removes a route by hand", async () => {
  await withProxy(async ({ socketPath }) => {
    const cli = async (...args: string[]) => {
      const { stdout, stderr } = await runCli([...args, "--socket", socketPath]);
      return stdout + stderr;
    };
    assert.equal(await cli("list"), "no routes\n");
    const target = ["--target", "127.0.0.1:3000", "--host", "blog.com"];
    assert.equal(
      await cli("deploy", ...BLOG, ...target),
      "Deployed: generation 1 serves in 1 worker; 0 requests in flight to the former one\n",
    );
    assert.equal(
      await cli("list"),
      "ROUTE      HOSTS     COLOR  GENERATION   ENDPOINTS\n" +
        "shop/blog  blog.com  blue   1 confirmed  127.0.0.1:3000\n",
    );
    const green = ["--color", "green", "--deployment", "d2", "--endpoint", "127.0.0.1:3001"];
    assert.match(
      await cli("switch", ...BLOG, ...green, "--generation", "1", "--watch", "1m"),
      /^Switched: generation 2 serves in 1 worker; /,
    );
    const confirm = await cli("confirm", ...BLOG, "--generation", "1");
    assert.match(confirm, /^Cannot confirm "shop\/blog": generation 1 was asked for, but 2 is/);
    assert.equal(
      await cli("switch-back", ...BLOG, "--generation", "2", "--reason", "a test"),
      "Switched back: a test; generation 3 serves\n",
    );
    assert.equal(await cli("remove", ...BLOG), "Removed\n");
    assert.equal(await cli("remove", ...BLOG), "Nothing to remove: there is no such route\n");
  });
});

test("runProxyCli() takes the app's name from the target, and says what it cannot resolve", async () => {
  await withProxy(async ({ socketPath }) => {
    const target = ["--target", "no-such-alias:3000", "--project", "shop", "--socket", socketPath];
    const { code, stdout } = await runCli(["deploy", ...target, "--json"]);
    assert.equal(code, 1);
    const failure = JSON.parse(stdout);
    assert.equal(failure.code, "unresolved");
    assert.match(failure.message, /neither no-such-alias\.shop-network nor no-such-alias is known/);
  });
});

test("runProxyCli() calls operations with JSON in and JSON lines out", async () => {
  await withProxy(async ({ socketPath }) => {
    const call = (operation: string, stdin: string) =>
      runCli(["call", operation, "--socket", socketPath], stdin);
    const switched = await call("switch", JSON.stringify(switchRequest()));
    assert.equal(switched.code, 0);
    assert.equal(JSON.parse(switched.stdout).generation, 1);
    assert.equal((await call("status", "")).code, 0);
    const refused = await call("switch", "not JSON");
    assert.equal(refused.code, 1);
    assert.equal(JSON.parse(refused.stdout).code, "bad request");
    const unknown = await call("explode", "{}");
    assert.equal(JSON.parse(unknown.stdout).code, "unknown operation");
  });
});

test("runProxyCli() exits with 1, when a checked endpoint is not healthy", async () => {
  await withProxy(async ({ socketPath }) => {
    const args = ["check", "--endpoint", "127.0.0.1:1", "--socket", socketPath];
    const { code, stdout } = await runCli(args);
    assert.equal(code, 1);
    assert.equal(
      stdout,
      "✗ 127.0.0.1:1: connect 127.0.0.1:1: refused (1 attempt)\n0 of 1 healthy\n",
    );
  });
});
