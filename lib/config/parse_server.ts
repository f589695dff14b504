/**
 * Reads how a server is reached.
 *
 * Pure. The rule: host and user become words of an `ssh` command line, so neither can begin with a
 * dash or hold anything that ssh or a shell reads.
 *
 * @module
 */
import { isIP } from "node:net";
import { omitUndefined } from "./omit_undefined.ts";
import { type Parsed, parsed, quote, unparsed } from "./parsed.ts";

/** A server's address: `user@host:port`. */
export interface ServerAddress {
  /** Without the brackets of IPv6. */
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
}

const ADDRESS = /^(?:([^@]*)@)?(\[[^\]]*\]|[^:[\]@]*)(?::(\d+))?$/;
/** A host's name or IPv4 address. */
export const HOST = /^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?$/;
/** A user's name. */
export const USER = /^[A-Za-z0-9_][A-Za-z0-9_.+-]*\$?$/;

/** The address that `text` says: `10.0.0.5`, `luma@web1:2222`, `[::1]:22`. */
export function parseServer(text: string): Parsed<ServerAddress> {
  const bare = /^ssh:\/\/([^/]+)\/?$/.exec(text)?.[1];
  if (bare !== undefined) {
    return unparsed(`expected a server without ssh://, got ${quote(text)}`, `write ${bare}`);
  }
  const [, user, written, portText] = isIP(text) === 6
    ? [, undefined, text]
    : ADDRESS.exec(text) ?? [];
  const host = written?.replaceAll(/[[\]]/g, "") ?? "";
  const port = portText === undefined ? undefined : Number(portText);
  const isHost = HOST.test(host) && host.length <= 253 && !host.includes("..");
  if (!isHost && isIP(host) !== 6) {
    return unparsed(`expected a server such as 10.0.0.5 or luma@web1:2222, got ${quote(text)}`);
  }
  if (user !== undefined && !USER.test(user)) {
    return unparsed(`expected a user name, got ${quote(user)}`);
  }
  if (port !== undefined && (port < 1 || port > 65_535)) {
    return unparsed(`expected a port from 1 to 65535, got ${port}`);
  }
  return parsed(omitUndefined({ host, user, port }));
}

/** A user's name on a server. */
export function parseUser(text: string): Parsed<string> {
  return USER.test(text) ? parsed(text) : unparsed(`expected a user name, got ${quote(text)}`);
}

/** A host alone. */
export function parseServerHost(text: string): Parsed<string> {
  const address = parseServer(text);
  if (!address.ok) return address;
  const { host, user, port } = address.value;
  if (user === undefined && port === undefined) return parsed(host);
  return unparsed(
    `expected a host alone, got ${quote(text)}`,
    `write ${host}, with user: and port: beside it`,
  );
}
