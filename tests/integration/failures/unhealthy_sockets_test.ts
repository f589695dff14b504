import { test } from "node:test";
import { type Fault, testFaults } from "./faulty_app.ts";

/** Those that have to listen to be seen get more time, for a machine that is busy. */
const timeoutOf = (fault: string) => fault === "never listens" ? 2 : 8;
const listens = (fault: string, error: RegExp, hint: RegExp): Fault => ({
  fault,
  more: `    deploy: { health_timeout: ${timeoutOf(fault)}s }\n`,
  expected: [/^Error: Health check of "\w+" failed on local: 0 of 1 replicas/m, error, hint],
});

test("luma deploy refuses a version that cannot be reached, and says where it listens", () =>
  testFaults([
    listens(
      "listens on loopback",
      /connect [\d.]+:3000: refused \(\d+ attempts\)$/m,
      /→ It listens on 127\.0\.0\.1:3000 alone.*let it listen on 0\.0\.0\.0/,
    ),
    listens(
      "listens on another port",
      /connect [\d.]+:3000: refused/,
      /→ It listens on port 8080, not on 3000: write app_port: 8080 below proxy:/,
    ),
    listens(
      "never listens",
      /connect [\d.]+:3000: refused/,
      /→ Nothing in it listened on any port within 2 s.*health_timeout: 4s/,
    ),
    listens(
      "never answers",
      /no answer from [\d.]+:3000 within [\d.]+ s/,
      /→ It takes connections on port 3000, but does not answer GET \/up/,
    ),
    listens("is not HTTP", /:3000: the answer is not HTTP/, /→ Set app_port below proxy:/),
    listens(
      "hangs up",
      /connection reset|closed the connection/,
      /→ It closes the connection before it answers/,
    ),
  ]));
