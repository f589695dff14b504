/** Tests of the load's accounting, and of the reader that decides what a whole answer is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  formatFailure,
  isAnsweredBy,
  LoadAccount,
  makeReport,
  type Sample,
} from "./load_report.ts";
import { ResponseReader } from "./response_reader.ts";

const good: Sample = {
  kind: "kept alive",
  startedAtMs: 1000,
  endedAtMs: 1004,
  status: 200,
  version: "v1",
  retries: 0,
};
const cut: Sample = {
  kind: "post",
  startedAtMs: 2000,
  endedAtMs: 2100,
  retries: 0,
  failure: "connection ended before its answer",
};
const bad: Sample = { ...good, status: 500, version: "v4", failure: "status 500" };

test("makeReport() counts by kind and version, and keeps the slowest", () => {
  const report = makeReport([good, { ...good, endedAtMs: 1900, retries: 1, version: "v2" }, cut]);
  assert.deepEqual(report.kinds["kept alive"], {
    requests: 2,
    failed: 0,
    retries: 1,
    slowestMs: 900,
    byVersion: { v1: 1, v2: 1 },
  });
  assert.deepEqual([report.requests, report.failed, report.slowestMs], [3, 1, 900]);
  assert.deepEqual(report.byVersion, { v1: 1, v2: 1, none: 1 });
});

test("makeReport() puts failures that are alike together", () => {
  const { failures } = makeReport([cut, { ...cut, endedAtMs: 2500 }, bad]);
  assert.deepEqual(failures.map((group) => formatFailure(group, 1000)), [
    "2 x post: connection ended before its answer, 1.1 s to 1.5 s",
    "1 x kept alive: status 500 (v4), 0.0 s to 0.0 s",
  ]);
});

test("isAnsweredBy() is true only of what the version itself answered", () => {
  assert.equal(isAnsweredBy("v4", bad), true);
  assert.equal(isAnsweredBy("v3", bad), false);
  assert.equal(isAnsweredBy("v1", good), false);
  // Cut by the proxy inside the version's answer; answered by the proxy; not answered.
  assert.equal(isAnsweredBy("v4", { ...bad, status: 200, failure: "connection ended" }), false);
  assert.equal(isAnsweredBy("v4", { status: 502, failure: "status 502" }), false);
  assert.equal(isAnsweredBy("v4", cut), false);
});

test("makeReport() leaves streams out of the slowest", () => {
  assert.equal(makeReport([good, { ...good, kind: "events", endedAtMs: 90_000 }]).slowestMs, 4);
});

test("LoadAccount.mark() keeps what was in flight at an instant", () => {
  const account = new LoadAccount();
  account.begin("slow");
  account.begin("post");
  account.end(cut);
  assert.deepEqual(account.mark("switch", 5).inFlight, { slow: 1, post: 0 });
  assert.deepEqual(account.report().marks, [
    { name: "switch", atMs: 5, inFlight: { slow: 1, post: 0 } },
  ]);
});

test("ResponseReader reads every framing, in pieces of any size", () => {
  const answers = [
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" +
    "2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nTrailer: 1\r\n\r\n",
    "HTTP/1.0 200 OK\r\n\r\nhello",
  ];
  for (const answer of answers) {
    for (const size of [1, 7, 1000]) {
      let body = "";
      const reader = new ResponseReader((piece) => body += Buffer.from(piece).toString());
      for (let at = 0; at < answer.length; at += size) {
        reader.push(Buffer.from(answer.slice(at, at + size)));
      }
      reader.end();
      assert.deepEqual([reader.isComplete, reader.head?.status, body], [true, 200, "hello"]);
    }
  }
});

test("ResponseReader refuses an answer that ends too early or is none", () => {
  const read = (text: string) => {
    const reader = new ResponseReader(() => {});
    reader.push(Buffer.from(text));
    reader.end();
  };
  assert.throws(() => read(""), /ended before its answer/);
  assert.throws(() => read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell"), /inside its/);
  assert.throws(
    () => read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n"),
    /inside its/,
  );
  assert.throws(
    () => read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nheX\r\n\r\n"),
    /longer than its size/,
  );
  assert.throws(() => read("nonsense\r\n\r\n"), /no HTTP answer/);
});
