/**
 * One example of everything that `--json` prints, in the order of docs/json.md.
 *
 * The rule: the type asks for every kind of event, so that none can be left out of the document.
 *
 * @module
 */
import type { Finding } from "../../lib/doctor/types.ts";
import type { Plan } from "../../lib/plan/types.ts";
import type { Event } from "../../lib/report/events.ts";
import type { SetupStep } from "../../lib/setup/types.ts";
import type { ServiceStatus } from "../../lib/status/service_status.ts";
import type { AppStatus } from "../../lib/status/app_status.ts";
import { aReceipt } from "../fixtures/receipt.ts";
import { NEW, OLD } from "../fixtures/server_state.ts";

/** An example of each kind of event. */
export type EventExamples = {
  readonly [Kind in Event["kind"]]: Extract<Event, { readonly kind: Kind }>;
};

const AT = { server: "web1", app: "blog" } as const;
const DB = { server: "web1", service: "db" } as const;
const CAUSE = "image changed";

/** Events, as a deployment tells them. */
export const EVENTS: EventExamples = {
  deploying: { kind: "deploying", ...AT, replicas: 2 },
  "waiting for lock": {
    kind: "waiting for lock",
    ...AT,
    owner: "ann",
    host: "laptop",
    sinceMs: 1767225600000,
  },
  building: { kind: "building", ...AT, line: "Step 2/4 : COPY . ." },
  built: { kind: "built", ...AT, image: "acme/blog:2", imageId: "sha256:9f3c", tookMs: 8200 },
  pulling: { kind: "pulling", ...AT, image: "acme/blog:2", line: "a2abf6c4d29d: Pull complete" },
  sending: { kind: "sending", ...AT, image: "acme/blog:2", sentBytes: 2e7, totalBytes: 5e7 },
  sent: {
    kind: "sent",
    ...AT,
    image: "acme/blog:2",
    sentBytes: 5e7,
    wireBytes: 18_400_000,
    wholeBytes: 3.1e8,
  },
  unchanged: { kind: "unchanged", ...AT },
  repairing: { kind: "repairing", ...AT, causes: ["the proxy does not know the app"] },
  colors: { kind: "colors", ...AT, from: "blue", to: "green", replicas: 2, causes: [CAUSE] },
  step: { kind: "step", ...AT, phase: "prepare", step: "create-replica", cause: CAUSE },
  "step done": { kind: "step done", ...AT, phase: "prepare", step: "create-replica", tookMs: 410 },
  checking: {
    kind: "checking",
    ...AT,
    containers: ["blog-green-1", "blog-green-2"],
    budgetMs: 9800,
  },
  "replica waiting": {
    kind: "replica waiting",
    ...AT,
    container: "blog-green-2",
    reason: "GET /up: 503",
  },
  "replica healthy": {
    kind: "replica healthy",
    ...AT,
    container: "blog-green-1",
    afterMs: 1200,
    healthy: 1,
    total: 2,
  },
  healthy: { kind: "healthy", ...AT, healthy: 2, total: 2 },
  switching: { kind: "switching", ...AT, to: "green" },
  switched: { kind: "switched", ...AT, to: "green", generation: 7, inFlight: 3, workers: 2 },
  watching: { kind: "watching", ...AT, leftMs: 2000, requests: 120, failed: 0 },
  watched: { kind: "watched", ...AT, requests: 340, failed: 0, judged: true },
  "switched back": {
    kind: "switched back",
    ...AT,
    reason: "8 of 20 requests failed",
    failure: { requests: 20, failed: 8, share: 0.4, oldShare: 0, examples: ["GET /cart: 500"] },
  },
  draining: {
    kind: "draining",
    ...AT,
    inFlight: 2,
    streams: 1,
    leftMs: 118_000,
    oldest: [{ method: "GET", path: "/export", ageMs: 41_000, kind: "request" }],
  },
  drained: { kind: "drained", ...AT, completed: 3, closed: [], cut: [], tookMs: 2100 },
  stopping: { kind: "stopping", ...AT, container: "blog-blue-1", timeoutMs: 30_000 },
  stopped: { kind: "stopped", ...AT, container: "blog-blue-1", killed: false, tookMs: 300 },
  undoing: { kind: "undoing", ...AT, phase: "commit", reason: "8 of 20 requests failed" },
  undone: { kind: "undone", ...AT },
  "serves again": { kind: "serves again", ...AT },
  gap: { kind: "gap", ...AT, tookMs: 2300 },
  deployed: { kind: "deployed", ...AT, receipt: aReceipt({ server: "web1" }) },
  restarting: { kind: "restarting", server: "web1", app: "db" },
  restarted: { kind: "restarted", server: "web1", app: "db", awayMs: 1900 },
  removing: { kind: "removing", ...AT },
  removed: { kind: "removed", ...AT },
  redeployed: {
    kind: "redeployed",
    ...AT,
    causes: [CAUSE],
    fromImage: "sha256:1a2b",
    toImage: "sha256:9f3c",
  },
  "left alone": { kind: "left alone", ...AT, reason: "never deployed" },
  service: {
    kind: "service",
    ...DB,
    action: "replace",
    image: "postgres:17",
    causes: ["memory changed"],
  },
  "service done": { kind: "service done", ...DB, action: "replace", tookMs: 4100, gapMs: 1900 },
  "service unchanged": { kind: "service unchanged", ...DB },
  "service put back": { kind: "service put back", ...DB, gapMs: 3200 },
  setup: { kind: "setup", server: "web1", message: "Starting luma-proxy" },
  "setup done": { kind: "setup done", server: "web1", changed: true },
  warning: {
    kind: "warning",
    ...AT,
    message: "1 request was still being answered after 120 s and cut: GET /export (131 s)",
    hint: "deploy.drain_timeout in luma.yml sets how long a deployment waits for them",
  },
  error: {
    kind: "error",
    message: 'Unknown app "blgo" in /site/luma.yml',
    hint: 'Did you mean "blog"?',
    details: [],
    exitCode: 2,
  },
};

const STATUS: AppStatus = {
  kind: "status",
  server: "web1",
  project: "site",
  app: "blog",
  status: "running",
  replicas: { running: 2, wanted: 2 },
  colors: { blue: 0, green: 2 },
  leftovers: [],
  repairs: [],
  notes: [],
  active: "green",
  image: "acme/blog:2",
  traffic: { requests: 340, failed: 0, inFlight: 3, streams: 1 },
  health: { healthy: 2, total: 2, errors: [] },
  seal: "confirmed",
  deployment: NEW,
  deployedAtMs: 1767398400000,
};

const SERVICE_STATUS: ServiceStatus = {
  kind: "service status",
  server: "web1",
  project: "site",
  service: "db",
  status: "running",
  container: "db",
  image: "postgres:17",
  startedAtMs: 1767398400000,
  restarts: 0,
  notes: [],
};

const PLAN: Plan & { readonly kind: "plan"; readonly setup: readonly SetupStep[] } = {
  kind: "plan",
  setup: [],
  server: "web1",
  project: "site",
  app: "blog",
  deployment: OLD,
  from: "blue",
  to: "green",
  replicas: 1,
  causes: [CAUSE],
  steps: [{ phase: "prepare", cause: CAUSE, kind: "start-replica", container: "blog-green" }],
  undo: { prepare: [], commit: [] },
};

const FINDING: Finding = {
  kind: "finding",
  server: "web1",
  app: "blog",
  host: "blog.example.com",
  check: "dns",
  mark: "bad",
  message: "blog.example.com has no address",
  fix: "make a DNS record: blog.example.com A 203.0.113.7",
};

/** What commands print as their result. */
export const RESULTS: readonly Readonly<Record<string, unknown> & { kind: string }>[] = [
  { ...STATUS },
  { ...SERVICE_STATUS },
  { ...PLAN },
  {
    kind: "service plan",
    server: "web1",
    project: "site",
    service: "db",
    action: "replace",
    causes: ["memory changed"],
    pending: [],
    steps: [],
  },
  { ...FINDING },
  {
    kind: "proxy status",
    server: "web1",
    image: "luma-proxy:0.1.0",
    state: "down",
    reason: "the container luma-proxy is exited",
  },
  { kind: "removal", server: "web1", project: "site", parts: [], rest: [], kept: [] },
  { kind: "setup plan", server: "web1", install: [], setup: [] },
  { kind: "init", file: "/site/luma.yml", changes: [] },
  {
    kind: "log",
    time: "2026-01-31T12:00:05.123456789Z",
    server: "web1",
    container: "blog-green-1",
    stream: "stdout",
    line: "listens on port 3000",
  },
  { kind: "lock", server: "web1", app: "blog", action: "status" },
  { kind: "cron", action: "removed", changed: true },
];
