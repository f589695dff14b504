/**
 * Answers `GET /metrics` on an address of its own.
 *
 * The rule: it reads and changes nothing, and nothing depends on it: where its address is taken the
 * proxy runs without, says so, and tries again, for the proxy that is being replaced still has it.
 *
 * @module
 */
import type { Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { VERSION } from "../version.ts";
import type { Control } from "./control.ts";
import { type BusyRoute, formatMetrics, METRICS_TYPE } from "./format_metrics.ts";
import { sumReports } from "./report_ledger.ts";
import { makeTextServer, type TextServer } from "./text_server.ts";

/** Where it listens. */
export interface MetricsAddress {
  readonly host: string;
  readonly port: number;
}

const RETRY_MS = 1_000;
/** Milliseconds that a reader has. */
const READER_MS = 10_000;
/** Readers at the same time: they must not take the descriptors that control needs. */
const MAX_READERS = 16;

/** Serves metrics until `signal` is aborted. */
export async function runMetricsServer(
  control: Control,
  address: MetricsAddress,
  signal: AbortSignal,
): Promise<void> {
  const where = `${address.host}:${address.port}`;
  let isSaid = false;
  while (!signal.aborted) {
    const { server, close } = makeServer(control);
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
      close();
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

function makeServer(control: Control): TextServer {
  return makeTextServer({
    path: "/metrics",
    contentType: METRICS_TYPE,
    makeText: () => collectMetrics(control),
    maxConnections: MAX_READERS,
    limitMs: READER_MS,
  });
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
