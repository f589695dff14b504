/**
 * Says what to do about replicas that did not become healthy.
 *
 * Pure. The rule: the advice fits what was seen, and names the key of luma.yml that mends it.
 *
 * @module
 */
import type { HealthFailure, HealthOptions } from "../../proxy/api.ts";
import type { Listener } from "./find_listeners.ts";

/** What is known of a check that failed. */
export interface UnhealthyFacts {
  readonly health: HealthOptions;
  /** The port that was asked. */
  readonly port: number;
  /** How long the replicas had, in milliseconds. */
  readonly budgetMs: number;
  /** None from a proxy that does not tell. */
  readonly failure?: HealthFailure;
  /** What listens in the replica; none where that cannot be seen. */
  readonly listeners?: readonly Listener[];
}

/** What to do, in one sentence or two. */
export function adviseUnhealthy(facts: UnhealthyFacts): string {
  const { failure, health: { path }, port } = facts;
  // Only a connection was asked for.
  if (path === undefined) return adviseOnListeners(facts);
  switch (failure?.kind) {
    case "refused":
    case "no connection":
      return adviseOnListeners(facts);
    case "no answer":
      return `It takes connections on port ${port}, but does not answer GET ${path}: does it wait ` +
        `for something, such as a database? If it needs longer to start: ${longer(facts)}`;
    case "closed":
      return `It closes the connection before it answers: does it speak plain HTTP on port ${port}?`;
    case "not http":
      return failure.tls
        ? `It wants TLS on port ${port}: let it speak plain HTTP there, the proxy stands before it`
        : `Set app_port below proxy: to the port that speaks HTTP; ${port} does not`;
    case "status":
      return adviseOnStatus(failure, facts);
    case "other":
    case undefined:
      return `GET ${path} on port ${port} has to answer 200; another path: ` +
        `health_check: { path: … }, more time: ${longer(facts)}`;
  }
}

/** Nothing took the connection: either nothing is there yet, or it is somewhere else. */
function adviseOnListeners(facts: UnhealthyFacts): string {
  const { port, listeners, budgetMs } = facts;
  const wanted = `0.0.0.0:${port}`;
  if (listeners === undefined) {
    return `The app has to listen on ${wanted} (app_port in luma.yml says ${port}); ` +
      `if it needs longer to start: ${longer(facts)}`;
  }
  const own = listeners.find((listener) => listener.port === port);
  if (own !== undefined) {
    return own.loopback
      ? `It listens on ${own.address}:${port} alone, which nobody outside its container reaches: ` +
        "let it listen on 0.0.0.0 (often by HOST=0.0.0.0)"
      : `It listens on port ${port} by now, but not within ${budgetMs / 1000} s: ${longer(facts)}`;
  }
  const [other] = listeners.toSorted((a, b) => Number(a.loopback) - Number(b.loopback));
  if (other === undefined) {
    return `Nothing in it listened on any port within ${budgetMs / 1000} s; ` +
      `if it needs longer to start: ${longer(facts)}`;
  }
  if (other.loopback) {
    return `It listens on ${other.address}:${other.port} alone: let it listen on ${wanted} ` +
      `(often by HOST=0.0.0.0 and PORT=${port})`;
  }
  return `It listens on port ${other.port}, not on ${port}: write app_port: ${other.port} below ` +
    `proxy:, or let it listen on ${port} (often by PORT=${port})`;
}

function adviseOnStatus(
  { status, location }: Extract<HealthFailure, { readonly kind: "status" }>,
  facts: UnhealthyFacts,
): string {
  const { path, host } = facts.health;
  const elsewhere = "name a path that answers 200 by itself: health_check: { path: … }";
  if (location !== undefined && status >= 300 && status < 400) {
    return adviseOnRedirect(location, facts.health);
  }
  switch (status) {
    case 404:
      return `Let GET ${path} answer 200, or ${elsewhere}`;
    case 401:
      return `GET ${path} has to answer without a login, or ${elsewhere}`;
    case 400:
    case 403:
    case 421:
      return host === undefined
        ? `GET ${path} has to answer everybody, or ${elsewhere}`
        : `The check asks for the host ${host}, as visitors do: does the app accept it ` +
          `(Rails: config.hosts, Django: ALLOWED_HOSTS)? Or ${elsewhere}`;
    case 503:
      return `It says that it is not ready; if it needs longer to start: ${longer(facts)}`;
  }
  return status >= 500
    ? `The app failed at GET ${path}; its last log lines should say why`
    : `GET ${path} has to answer 200; let it do that, or ${elsewhere}`;
}

function adviseOnRedirect(location: string, { path, proto = "http" }: HealthOptions): string {
  if (location === `${path}/`) return `Write health_check: { path: ${location} } in luma.yml`;
  if (location.startsWith("https://") && proto === "http") {
    return `The app sends HTTP on to HTTPS: let it answer GET ${path} without that (Rails: exclude ` +
      `${path} from config.ssl_options, Django: SECURE_REDIRECT_EXEMPT), or name a path that ` +
      "answers 200: health_check: { path: … }";
  }
  return `A check follows no redirect, for ${location} may be answered by anybody: let GET ${path} ` +
    "answer 200, or name a path that does: health_check: { path: … }";
}

/** The key that gives twice the time. */
function longer({ budgetMs }: UnhealthyFacts): string {
  return `deploy: { health_timeout: ${Math.ceil((budgetMs * 2) / 1000)}s }`;
}
