/**
 * Finds the route of a request: by host, then by the longest path.
 *
 * The rule: a table is compiled once from a snapshot and never changes; the next snapshot makes the
 * next table.
 *
 * @module
 */

/** What a route claims. */
export interface RouteClaim<T> {
  /** Lower case, `*.example.com` for one label; none: every host that no other route claims. */
  readonly hosts: readonly string[];
  /** Matched at `/` boundaries. */
  readonly path: string;
  readonly route: T;
}

interface PathEntry<T> {
  readonly prefix: string;
  readonly route: T;
}

/** A compiled table. */
export interface RouteTable<T> {
  /**
   * The route for a request.
   *
   * @param host Lower case, without port and trailing dot; `""` where there is none.
   * @param path Without the query.
   */
  find(host: string, path: string): T | undefined;
}

/** Compiles a table; of two routes that claim the same host and path the first one wins. */
export function compileRoutes<T>(claims: readonly RouteClaim<T>[]): RouteTable<T> {
  const byHost = new Map<string, PathEntry<T>[]>();
  const others: PathEntry<T>[] = [];
  for (const { hosts, path, route } of claims) {
    const entry: PathEntry<T> = { prefix: trimPath(path), route };
    if (hosts.length === 0) others.push(entry);
    for (const host of new Set(hosts)) {
      const entries = byHost.get(host);
      if (entries === undefined) byHost.set(host, [entry]);
      else entries.push(entry);
    }
  }
  for (const entries of [...byHost.values(), others]) {
    entries.sort((one, other) => other.prefix.length - one.prefix.length);
  }
  return { find: (host, path) => findRoute(byHost, others, { host, path }) };
}

function findRoute<T>(
  byHost: ReadonlyMap<string, readonly PathEntry<T>[]>,
  others: readonly PathEntry<T>[],
  request: { readonly host: string; readonly path: string },
): T | undefined {
  const exact = matchPath(byHost.get(request.host), request.path);
  if (exact !== undefined) return exact;
  const dot = request.host.indexOf(".");
  if (dot > 0) {
    const wildcard = matchPath(byHost.get(`*${request.host.slice(dot)}`), request.path);
    if (wildcard !== undefined) return wildcard;
  }
  return matchPath(others, request.path);
}

function matchPath<T>(entries: readonly PathEntry<T>[] | undefined, path: string): T | undefined {
  if (entries === undefined) return undefined;
  for (const { prefix, route } of entries) {
    if (prefix === "" || isUnder(path, prefix)) return route;
  }
  return undefined;
}

function isUnder(path: string, prefix: string): boolean {
  if (!path.startsWith(prefix)) return false;
  return path.length === prefix.length || path.charCodeAt(prefix.length) === 0x2f;
}

/** `/api/` and `/api` are the same prefix, `/` is none. */
export function trimPath(path: string): string {
  let end = path.length;
  while (end > 0 && path.charCodeAt(end - 1) === 0x2f) end--;
  return path.slice(0, end);
}
