import assert from "node:assert/strict";
import { test } from "node:test";
import { createLogPrinter, type PrinterOptions } from "../../../lib/logs/log_printer.ts";
import { parseSince } from "../../../lib/logs/parse_since.ts";

const TIME = "2026-01-31T12:00:05.123456789Z";

function printer(options: Partial<PrinterOptions> = {}) {
  let out = "";
  let err = "";
  const gone = new AbortController().signal;
  const write = (stream: "stdout" | "stderr", text: string) => {
    if (stream === "stdout") out += text;
    else err += text;
    return undefined;
  };
  const made = createLogPrinter({
    sink: { write, gone },
    json: false,
    timestamps: false,
    color: false,
    prefix: true,
    ...options,
  });
  return {
    ...made,
    line: (container: string, text: string, stream: "stdout" | "stderr" = "stdout") =>
      made.print({ origin: { server: "web1", container }, stream, time: TIME, text }),
    read: () => ({ out, err }),
  };
}

test("createLogPrinter() prints lines of the only container as they were written", () => {
  const { line, read } = printer();
  line("blog-blue", " hello ");
  line("blog-blue", "oh", "stderr");
  assert.deepEqual(read(), { out: " hello \n", err: "oh\n" });
});

test("createLogPrinter() names the containers as soon as there are several", () => {
  const { line, read, expect } = printer();
  line("blog-blue", "one");
  expect({ server: "web1", container: "blog-green" });
  line("blog-blue", "two", "stderr");
  line("blog-green", "three");
  assert.deepEqual(read(), {
    out: "one\nblog-blue  | two\nblog-green | three\n",
    err: "",
  });
});

test("createLogPrinter() names the servers where there are several", () => {
  const { expect, line, read } = printer();
  expect({ server: "web1", container: "db" });
  expect({ server: "web2", container: "db" });
  line("db", "x");
  assert.equal(read().out, "[web1] db | x\n");
});

test("createLogPrinter() prints times, colors and bare lines where that is asked for", () => {
  const timed = printer({ timestamps: true });
  timed.line("a", "x");
  assert.equal(timed.read().out, "2026-01-31T12:00:05.123Z x\n");
  const painted = printer({ color: true });
  painted.expect({ server: "web1", container: "a" });
  painted.line("b", "x");
  assert.equal(painted.read().out, "\u001b[33mb |\u001b[0m x\n");
  const bare = printer({ prefix: false });
  bare.expect({ server: "web1", container: "a" });
  bare.line("b", "x");
  assert.equal(bare.read().out, "x\n");
});

test("createLogPrinter() prints JSON, an object a line", () => {
  const { line, read } = printer({ json: true });
  line("blog-blue", 'say "hi"', "stderr");
  assert.deepEqual(JSON.parse(read().out), {
    kind: "log",
    time: TIME,
    server: "web1",
    container: "blog-blue",
    stream: "stderr",
    line: 'say "hi"',
  });
});

test("parseSince() hands on what Docker takes, knows days, and refuses the rest", () => {
  assert.equal(parseSince("1h30m"), "1h30m");
  assert.equal(parseSince("2d"), "48h");
  assert.equal(parseSince("2026-01-31T12:00:00Z"), "2026-01-31T12:00:00Z");
  for (const text of ["", "10", "3x", "yesterday", "-1h", "$(id)"]) {
    assert.throws(() => parseSince(text), /Cannot read --since/, text);
  }
});
