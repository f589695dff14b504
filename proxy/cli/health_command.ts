/**
 * `luma-health URL`, which is also `luma-proxy health URL`: is what answers there healthy?
 *
 * The rule: exit code 0 says yes, 1 says no with the reason on standard error, 2 is a command line
 * that cannot be carried out.
 *
 * @module
 */
import { HealthCheckError, type HealthTarget, waitUntilHealthy } from "../health/check_health.ts";
import { parseDuration } from "./parse_duration.ts";
import { parseFlags } from "./parse_flags.ts";
import { type ProxyIo, ProxyUsageError } from "./proxy_io.ts";

/** What `luma-health --help` prints. */
export const HEALTH_HELP = `Usage: luma-health URL [options]

Exit code 0 when URL answers with status 200, else 1 and the reason on standard error.
A redirect is a failure.

Options:
  --timeout TIME     time for one attempt (5s)
  --wait TIME        go on asking until it is healthy or this time is over (one attempt)
  --interval TIME    time between the starts of two attempts (250ms)
  --expect STATUS    the status that is wanted (200)
  --host NAME        the Host to send (the URL's)
`;

const SPEC = {
  timeout: "string",
  wait: "string",
  interval: "string",
  expect: "string",
  host: "string",
} as const;

/** Checks a URL; resolves with the exit code. */
export async function healthCommand(args: readonly string[], io: ProxyIo): Promise<number> {
  const flags = parseFlags(args, SPEC);
  const [url, ...rest] = flags.words;
  if (url === undefined || rest.length > 0) throw new ProxyUsageError("expected one URL");
  const target: HealthTarget = {
    ...parseHealthUrl(url),
    expect: flags.integer("expect", { min: 100, max: 599 }) ?? 200,
    ...(flags.text("host") !== undefined && { host: flags.required("host") }),
  };
  try {
    await waitUntilHealthy(target, {
      timeoutMs: parseDuration(flags.text("timeout") ?? "5s", "timeout"),
      budgetMs: parseDuration(flags.text("wait") ?? "0s", "wait"),
      everyMs: parseDuration(flags.text("interval") ?? "250ms", "interval"),
      now: io.monotonicNow,
      signal: io.signal,
    });
    return 0;
  } catch (error) {
    if (io.signal.aborted) return 130;
    if (!(error instanceof HealthCheckError)) throw error;
    const attempts = error.attempts === 1 ? "" : ` (${error.attempts} attempts)`;
    io.stderr.write(`${url}: ${error.message}${attempts}\n`);
    return 1;
  }
}

/** What to ask for a URL of http or https. */
export function parseHealthUrl(text: string): HealthTarget & { readonly host: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol)) {
    throw new ProxyUsageError(`expected a URL like http://127.0.0.1:3000/up, found "${text}"`);
  }
  const tls = url.protocol === "https:";
  return {
    address: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? (tls ? 443 : 80) : Number(url.port),
    path: `${url.pathname}${url.search}`,
    host: url.host,
    proto: tls ? "https" : "http",
    tls,
  };
}
