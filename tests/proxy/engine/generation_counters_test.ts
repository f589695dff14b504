/** Counting by generation, choosing an endpoint, leaving one out. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { EndpointState } from "../../../proxy/engine/endpoint.ts";
import { EndpointChoice } from "../../../proxy/engine/endpoint_choice.ts";
import { GenerationCounters } from "../../../proxy/engine/generation_counters.ts";
import { DEFAULT_SETTINGS } from "../../../proxy/engine/settings.ts";

const IDENTITY = { project: "shop", app: "web", generation: 3, color: "green" } as const;

function begin(counters: GenerationCounters, nowMs: number, path = "/") {
  return counters.begin({ method: "GET", path, nowMs });
}

function endpoint(port: number): EndpointState {
  return new EndpointState({ address: "10.0.0.2", port, name: `r${port}` });
}

test("report() counts the last 60 s apart from all", () => {
  const counters = new GenerationCounters(IDENTITY);
  begin(counters, 1_000_000).end();
  const late = begin(counters, 1_059_500);
  late.fail("500", 1_059_500);
  late.end();
  assert.deepEqual(counters.report(1_059_999).recent, { requests: 2, failed: 1 });
  assert.deepEqual(counters.report(1_060_000).recent, { requests: 1, failed: 1 });
  assert.deepEqual(counters.report(1_200_000).recent, { requests: 0, failed: 0 });
  assert.equal(counters.report(1_200_000).requests, 2);
});

test("fail() counts a request once, and keeps the newest five examples in order", () => {
  const counters = new GenerationCounters(IDENTITY);
  for (let index = 1; index <= 7; index++) {
    const inFlight = begin(counters, 0, `/${index}`);
    inFlight.fail("500", 0);
    inFlight.fail("reset", 0);
    inFlight.end();
  }
  const { failed, examples } = counters.report(0);
  assert.equal(failed, 7);
  assert.deepEqual(examples, ["/3", "/4", "/5", "/6", "/7"].map((path) => `GET ${path}: 500`));
});

test("report() names the five oldest requests and streams", () => {
  const counters = new GenerationCounters(IDENTITY);
  for (let index = 1; index <= 7; index++) begin(counters, index * 10, `/${index}`);
  begin(counters, 5, "/ws").becomeStream("websocket", () => Promise.resolve());
  const { inFlight, streams, oldest } = counters.report(100);
  assert.deepEqual([inFlight, streams], [7, 1]);
  assert.deepEqual(oldest.map(({ path, ageMs }) => `${path} ${ageMs}`), [
    "/1 90",
    "/2 80",
    "/3 70",
    "/4 60",
    "/5 50",
    "/ws 95",
  ]);
});

test("moveTo() and end() keep an endpoint's number in flight exact", () => {
  const counters = new GenerationCounters(IDENTITY);
  const [one, two] = [endpoint(1), endpoint(2)];
  const inFlight = begin(counters, 0);
  inFlight.moveTo(one);
  inFlight.moveTo(two);
  assert.deepEqual([one.inFlight, two.inFlight], [0, 1]);
  inFlight.end();
  inFlight.end();
  inFlight.moveTo(one);
  assert.deepEqual([one.inFlight, two.inFlight, counters.isIdle], [0, 0, true]);
});

test("choose() takes equal endpoints in turn, and the one with the least in flight", () => {
  const states = [endpoint(1), endpoint(2), endpoint(3)];
  const candidates = states.map((state) => ({ state, ejected: false }));
  const choice = new EndpointChoice(candidates, DEFAULT_SETTINGS);
  const ports = [1, 2, 3, 4].map(() => choice.choose(0, [])?.endpoint.port);
  assert.deepEqual(ports, [1, 2, 3, 1]);
  states[0]!.inFlight = 2;
  states[1]!.inFlight = 1;
  states[2]!.inFlight = 2;
  assert.equal(choice.choose(0, [])?.endpoint.port, 2);
  assert.equal(choice.choose(0, [states[1]!])?.endpoint.port, 3);
  assert.equal(choice.choose(0, states), undefined);
});

test("choose() leaves ejected endpoints out, unless all are", () => {
  const [sick, well] = [endpoint(1), endpoint(2)];
  const candidates = [{ state: sick, ejected: true }, { state: well, ejected: false }];
  const choice = new EndpointChoice(candidates, DEFAULT_SETTINGS);
  assert.deepEqual([1, 2].map(() => choice.choose(0, [])?.endpoint.port), [2, 2]);
  well.eject(0, DEFAULT_SETTINGS);
  const ports = [1, 2].map(() => choice.choose(1, [])?.endpoint.port);
  assert.deepEqual([...ports].sort(), [1, 2]);
});

test("eject() lasts 2 s at least, and until a snapshot says otherwise or 10 s are over", () => {
  const state = endpoint(1);
  assert.equal(state.eject(0, DEFAULT_SETTINGS), true);
  assert.equal(state.eject(10, DEFAULT_SETTINGS), false, "already out");
  assert.equal(state.isEjected(5_000, DEFAULT_SETTINGS), true);
  state.pardon();
  assert.equal(state.isEjected(1_000, DEFAULT_SETTINGS), true);
  assert.equal(state.isEjected(2_010, DEFAULT_SETTINGS), false);
  state.eject(20_000, DEFAULT_SETTINGS);
  assert.equal(state.isEjected(29_999, DEFAULT_SETTINGS), true);
  assert.equal(state.isEjected(30_000, DEFAULT_SETTINGS), false);
});
