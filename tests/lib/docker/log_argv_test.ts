import assert from "node:assert/strict";
import { test } from "node:test";
import { execAttachedArgv } from "../../../lib/docker/container_argv.ts";
import { logStreamArgv, watchStartsArgv } from "../../../lib/docker/log_argv.ts";
import { parseLoggedLine, parseStart } from "../../../lib/docker/read_log.ts";
import { parseMounts } from "../../../lib/docker/volume_operations.ts";

const TIME = "2026-01-31T12:00:05.123456789Z";

test("logStreamArgv() asks for one stream of what was written", () => {
  const query = { container: "blog-blue", follow: false, since: "10m", tail: 5 } as const;
  const words = "docker logs --timestamps --since 10m --tail 5 -- blog-blue";
  assert.deepEqual(logStreamArgv({ ...query, only: "stdout" }), [
    ...["sh", "-c", `exec ${words} 2>/dev/null`],
  ]);
  assert.deepEqual(logStreamArgv({ ...query, only: "stderr" }), [
    ...["sh", "-c", `exec ${words} 2>&1 >/dev/null`],
  ]);
  assert.deepEqual(logStreamArgv(query), words.split(" "));
});

test("logStreamArgv() and watchStartsArgv() end when standard input does", () => {
  const [, , follow = ""] = logStreamArgv({ container: "it's", follow: true });
  assert.match(follow, /docker logs --timestamps --follow -- 'it'\\''s' <\/dev\/null/);
  assert.match(follow, /cat <&3 >\/dev\/null; kill "\$command"/);
  const [, , starts = ""] = watchStartsArgv("luma.project=shop", 1_700_000_000_000);
  assert.match(starts, /--filter 'event=start' --filter 'label=luma\.project=shop'/);
});

test("execAttachedArgv() gives a terminal only where there is one", () => {
  const command = ["sh", "-c", "exit 3"];
  assert.deepEqual(execAttachedArgv("id", { command, tty: false }), [
    ...["docker", "exec", "--interactive", "--", "id", "sh", "-c", "exit 3"],
  ]);
  assert.ok(execAttachedArgv("id", { command, tty: true }).includes("--tty"));
});

test("parseLoggedLine() splits time and text, and knows Docker's own words by their missing time", () => {
  const line = { stream: "stdout", time: TIME } as const;
  assert.deepEqual(parseLoggedLine(`${TIME} hello  you `, "stdout"), {
    ...line,
    text: "hello  you ",
  });
  assert.deepEqual(parseLoggedLine(TIME, "stdout"), { ...line, text: "" });
  assert.equal(parseLoggedLine("Error: No such container: x", "stderr"), undefined);
});

test("parseLoggedLine() puts a line together that Docker cut into parts, and no other", () => {
  const part = "y".repeat(16_384);
  const long = parseLoggedLine(`${TIME} ${part}${TIME} ${part}${TIME} end`, "stdout");
  assert.equal(long?.text, `${part}${part}end`);
  assert.equal(parseLoggedLine(`${TIME} at ${TIME} it`, "stdout")?.text, `at ${TIME} it`);
});

test("parseStart() reads id, name and labels of an event", () => {
  const Attributes = { name: "blog-green", "luma.app": "blog", image: "x" };
  assert.deepEqual(parseStart(JSON.stringify({ Actor: { ID: "abc", Attributes } })), {
    id: "abc",
    name: "blog-green",
    labels: Attributes,
  });
});

test("parseMounts() knows volumes and folders, and leaves out the rest", () => {
  const mounts = [
    { Type: "volume", Name: "data", Source: "/var/lib/docker/volumes/data/_data" },
    { Type: "bind", Source: "/srv" },
    { Type: "tmpfs" },
  ];
  assert.deepEqual(parseMounts(JSON.stringify({ id: "a", mounts })), [
    { container: "a", kind: "volume", source: "data" },
    { container: "a", kind: "bind", source: "/srv" },
  ]);
  assert.deepEqual(parseMounts('{"id":"a","mounts":null}'), []);
});
