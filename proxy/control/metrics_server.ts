/**
 * Answers `GET /metrics` on an address of its own.
 *
 * The rule: it reads and changes nothing, and nothing depends on it: where its address is taken the
 * proxy runs without, says so, and tries again, for the proxy that is being replaced still has it.
 *
 * @module
 */
import { createServer, type Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { VERSION } from "../version.ts";
import type { Control } from "./control.ts";
import { type BusyRoute, formatMetrics, METRICS_TYPE } from "./format_metrics.ts";
import { sumReports } from "./report_ledger.ts";

/** Where it listens. */
export interface MetricsAddress {
  readonly host: string;
  readonly port: number;
}

const RETRY_MS = 1_000;
/** Milliseconds that a client has for its request, and without one. */
const CLIENT_MS = 10_000;

/** Serves metrics until `signal` is aborted. */
export async function runMetricsServer(
  control: Control,
  address: MetricsAddress,
  signal: AbortSignal,
): Promise<void> {
  const where = `${address.host}:${address.port}`;
  let isSaid = false;
  while (!signal.aborted) {
    const server = makeServer(control);
    try {
      await listen(server, address);
      // A reader that cannot be accepted is no reason to end.
      server.on("error", ({ message }) => control.warn(`Metrics on ${where}: ${message}`));
      control.log(`metrics on http://${where}/metrics`);
      await aborted(signal);
    } catch (error) {
      if (!isSaid) control.warn(`Cannot serve metrics on ${where}: ${(error as Error).message}`);
      isSaid = true;
      await sleep(RETRY_MS, undefined, { signal }).catch(() => {}); // An abort is an early end.
    } finally {
      server.close();
      server.closeAllConnections();
    }
  }
}

/** The metrics of now. */
export async function collectMetrics(control: Control): Promise<string> {
  await control.pool.report();
  const { ledger, counts, workers, restarts } = control.pool;
  const busy = (counts?.routes ?? []).map(({ project, app, color }): BusyRoute => {
    const { inFlight, streams } = sumReports(ledger, { project, app, color });
    return { project, app, color, inFlight, streams };
  });
  const { startedAtMs, switches } = control;
  return formatMetrics({
    version: VERSION,
    startedAtMs,
    workers,
    workersRestarted: restarts,
    switches,
    counts,
    busy,
  });
}

function makeServer(control: Control): Server {
  const server = createServer((request, response) => {
    const path = request.url?.split("?")[0];
    if (path !== "/metrics" || (request.method !== "GET" && request.method !== "HEAD")) {
      response.writeHead(path === "/metrics" ? 405 : 404, { allow: "GET, HEAD" });
      response.end();
      return;
    }
    collectMetrics(control).then(
      (text) => response.writeHead(200, { "content-type": METRICS_TYPE }).end(text),
      (error) => response.writeHead(500).end(`${error}\n`),
    );
  });
  server.requestTimeout = CLIENT_MS;
  server.headersTimeout = CLIENT_MS;
  return server;
}

function listen(server: Server, { host, port }: MetricsAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
