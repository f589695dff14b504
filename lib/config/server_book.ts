/**
 * Knows the servers of one luma.yml by name.
 *
 * The rule: one machine is one server, also where the file writes it in several ways; a server's
 * name is its host unless the file gives another.
 *
 * @module
 */
import { omitUndefined } from "./omit_undefined.ts";
import type { ServerAddress } from "./parse_server.ts";
import { suggestName } from "./suggest.ts";
import type { ServerConfig } from "./types.ts";

/** The name of this machine's own Docker. */
export const LOCAL = "local";

/** What `ssh:` says of every server. */
export interface SshDefaults {
  readonly user?: string;
  readonly port?: number;
  readonly keyFile?: string;
}

/** How one server is reached; the rest comes from {@linkcode SshDefaults}. */
export interface ServerDefinition extends ServerAddress {
  readonly keyFile?: string;
}

/** Servers by name. */
export class ServerBook {
  readonly #ssh: SshDefaults;
  readonly #servers = new Map<string, ServerConfig>();
  /** The names that the top-level map gives. */
  readonly #defined = new Set<string>();

  constructor(ssh: SshDefaults) {
    this.#ssh = ssh;
  }

  /** Gives a server a name. */
  define(name: string, definition: ServerDefinition): void {
    this.#servers.set(name, this.#make(name, definition));
    this.#defined.add(name);
  }

  /** Whether the top-level map has `name`, or it is `local`. */
  isDefined(name: string): boolean {
    return name === LOCAL || this.#defined.has(name);
  }

  /** The name of the map that somebody probably meant. */
  suggest(name: string): string | undefined {
    return suggestName(name, [...this.#defined]);
  }

  /** The name under which the server at `address` is known from now on. */
  add(address: ServerAddress): string {
    for (const name of this.#defined) {
      if (this.#isSameMachine(name, address)) return name;
    }
    const former = this.#servers.get(address.host);
    const server = this.#make(address.host, address);
    const name = former === undefined || isEqual(former, server)
      ? address.host
      : formatAddress(address);
    this.#servers.set(name, { ...server, name });
    return name;
  }

  /** The server of that name. */
  get(name: string): ServerConfig {
    return this.#servers.get(name) ?? { kind: "local", name: LOCAL };
  }

  #isSameMachine(name: string, address: ServerAddress): boolean {
    const server = this.#servers.get(name);
    if (server?.kind !== "ssh" || server.host !== address.host) return false;
    return (address.user === undefined || address.user === server.user) &&
      (address.port === undefined || address.port === server.port);
  }

  #make(name: string, { host, user, port, keyFile }: ServerDefinition): ServerConfig {
    return omitUndefined({
      kind: "ssh" as const,
      name,
      host,
      user: user ?? this.#ssh.user,
      port: port ?? this.#ssh.port,
      keyFile: keyFile ?? this.#ssh.keyFile,
    });
  }
}

function isEqual(a: ServerConfig, b: ServerConfig): boolean {
  return a.kind === "ssh" && b.kind === "ssh" && a.host === b.host && a.user === b.user &&
    a.port === b.port;
}

function formatAddress({ host, user, port }: ServerAddress): string {
  const shownHost = host.includes(":") && port !== undefined ? `[${host}]` : host;
  return `${user === undefined ? "" : `${user}@`}${shownHost}${
    port === undefined ? "" : `:${port}`
  }`;
}
