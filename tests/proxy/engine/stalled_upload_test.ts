/** Uploads that an app does not take, and clients that leave meanwhile. */
import assert from "node:assert/strict";
import { type StartEngine, testEach } from "./test_each.ts";
import { eventually, type TestEngine } from "./test_engine.ts";
import { type Wire, WireServer } from "./wire.ts";

/** More than every buffer between a client and an app that does not read. */
const LONG = "x".repeat(32 * 1024 * 1024);
/** For as long as a test waits: what is sent to a client before it leaves finds nothing. */
const PROBES_MS = Array.from({ length: 80 }, (_, index) => (index + 1) * 50);

interface Parts {
  readonly client: Wire;
  readonly engine: TestEngine;
}

/** Runs a test with an upload of which the app has read the head alone. */
async function stalled(
  startEngine: StartEngine,
  settings: NonNullable<Parameters<StartEngine>[1]>["settings"],
  run: (parts: Parts) => Promise<void>,
): Promise<void> {
  await using upstream = await WireServer.listen();
  await using engine = await startEngine({ ports: [upstream.port] }, { settings: settings ?? {} });
  await using client = await engine.dial();
  const fields = `Host: a\r\nExpect: 100-continue\r\nContent-Length: ${LONG.length}\r\n`;
  client.write(`POST / HTTP/1.1\r\n${fields}\r\n`);
  await using wire = await upstream.accept();
  await wire.readHead();
  wire.pause();
  client.write(LONG);
  await run({ client, engine });
  assert.deepEqual(engine.logged, []);
}

testEach(
  "Exchange answers 504 when the app takes nothing of a request",
  (startEngine) =>
    stalled(startEngine, { requestStallMs: 100 }, async ({ client, engine }) => {
      assert.match(await client.readHead(), /^HTTP\/1\.1 504 .*\r\nConnection: close\r\n/s);
      assert.equal(engine.generation().failed, 1);
      assert.deepEqual(engine.generation().examples, [
        "POST /: took nothing of the request in 100 ms",
      ]);
      assert.equal(engine.generation().inFlight, 0);
    }),
);

testEach(
  "ClientFlow finds out that a client has left while it was not read",
  (startEngine) =>
    stalled(
      startEngine,
      { pausedProbesMs: PROBES_MS },
      async ({ client, engine }) => {
        // Its octets must have stopped moving: until then it is read, and its end is seen.
        await eventually(() => client.pending !== "", "an interim answer");
        assert.match(client.pending, /^HTTP\/1\.1 100 Continue\r\n\r\n/);
        client.destroy();
        await eventually(() => engine.generation().inFlight === 0, "none in flight");
        assert.equal(engine.generation().failed, 0);
      },
    ),
);

testEach(
  "ClientFlow sends no more interim answers than clients accept",
  (startEngine) =>
    stalled(startEngine, {
      pausedProbesMs: [10, 20, 30, 40],
      requestStallMs: 1_500,
    }, async ({ client }) => {
      const all = await client.readUntil("HTTP/1.1 504");
      assert.equal(all.split("HTTP/1.1 100 Continue\r\n\r\n").length - 1, 4);
    }),
);
