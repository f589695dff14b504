/**
 * Reads `ssh`, and `servers` at the top and of an app or service.
 *
 * The rule: a name of the top-level map, then `local`, then a host that ssh knows.
 *
 * @module
 */
import { isAbsolute, join, resolve } from "node:path";
import { describeNode } from "./describe_node.ts";
import { omitUndefined } from "./omit_undefined.ts";
import { parseServer, parseServerHost, parseUser } from "./parse_server.ts";
import { type Parsed, parsed, quote, unparsed } from "./parsed.ts";
import { SERVER_KEYS, SSH_KEYS } from "./project_keys.ts";
import { PORT_RANGE, readInteger, readList, readParsed, readText } from "./read_scalars.ts";
import { type Field, fieldOfEntry, openEntries, openSection, type Section } from "./section.ts";
import { LOCAL, type ServerBook, type SshDefaults } from "./server_book.ts";
import type { YamlEntry } from "./yaml_node.ts";

/** What relative paths and `~` of this machine stand for. */
export interface Folders {
  /** The project's folder. */
  readonly project: string;
  readonly home?: string;
}

/** Reads `ssh: { username, port, key_file }`. */
export function readSsh(field: Field | undefined, folders: Folders): SshDefaults {
  const ssh = openSection(field, SSH_KEYS);
  return omitUndefined({
    user: readParsed(ssh?.get("username"), parseUser),
    port: readInteger(ssh?.get("port"), PORT_RANGE),
    keyFile: readParsed(ssh?.get("key_file"), (text) => parseKeyFile(text, folders)),
  });
}

/** Reads the top-level `servers`: a list of hosts, or a map. @returns The names, for every app. */
export function readDefaultServers(
  field: Field | undefined,
  book: ServerBook,
  folders: Folders,
): readonly string[] {
  if (field === undefined) return [LOCAL];
  if (field.node.kind !== "map") {
    const names = readServerNames(field, book);
    return names.length === 0 ? [LOCAL] : names;
  }
  for (const entry of openEntries(field, "") ?? []) defineServer(entry, { field, book, folders });
  return field.node.entries.length === 0 ? [LOCAL] : field.node.entries.map(({ key }) => key);
}

/** Reads the `servers` or `server` of an app or service; none: the defaults. */
export function readOwnServers(
  section: Section<"server" | "servers">,
  book: ServerBook,
  defaults: readonly string[],
): readonly string[] {
  const list = section.get("servers");
  const one = section.get("server");
  if (list !== undefined && one !== undefined) {
    one.problems.error(one.key, "server and servers are both there", "keep servers");
  }
  const field = list ?? one;
  const names = field === undefined ? [] : readServerNames(field, book);
  return names.length === 0 ? defaults : names;
}

function readServerNames(field: Field, book: ServerBook): readonly string[] {
  const isOne = field.node.kind === "scalar" && field.node.value !== null;
  const items = isOne ? [field] : readList(field, 'servers: ["10.0.0.5"]');
  const names: string[] = [];
  for (const item of items) {
    const name = readServerName(item, book);
    if (name === undefined) continue;
    if (names.includes(name)) {
      item.problems.error(item.place, `the server ${quote(name)} is there twice`, "keep one");
    } else names.push(name);
  }
  return names;
}

function readServerName(field: Field, book: ServerBook): string | undefined {
  if (field.node.kind !== "scalar") {
    const message = `expected a server, got ${describeNode(field.node, field.place.path)}`;
    field.problems.error(
      field.place,
      message,
      "name it in the top-level map: servers: { web1: { host: 10.0.0.5 } }",
    );
    return undefined;
  }
  const text = readText(field);
  if (text === undefined || book.isDefined(text)) return text;
  const address = readParsed(field, parseServer);
  if (address === undefined) return undefined;
  const name = book.add(address);
  const meant = name === text ? book.suggest(text) : undefined;
  if (meant !== undefined) {
    const message = `${
      quote(text)
    } is not in the servers above, so it is taken as a host of its own`;
    field.problems.warn(field.place, message, `if you meant it, write ${meant}`);
  }
  return name;
}

interface ServerMap {
  readonly field: Field;
  readonly book: ServerBook;
  readonly folders: Folders;
}

function defineServer(
  entry: YamlEntry,
  { field: { place, problems }, book, folders }: ServerMap,
): void {
  const field = fieldOfEntry(entry, place.path, problems);
  const name = parseServerHost(entry.key);
  if (!name.ok || entry.key === LOCAL) {
    const message = name.ok ? `the name "${LOCAL}" is this machine's own Docker` : name.message;
    problems.error(field.key, message, "give the server another name");
  } else if (field.node.kind === "scalar" && field.node.value !== null) {
    const address = readParsed(field, parseServer);
    if (address !== undefined) book.define(entry.key, address);
  } else {
    const server = openSection(field, {
      ...SERVER_KEYS,
      example: `${entry.key}: { host: 10.0.0.5 }`,
    });
    book.define(entry.key, {
      host: readParsed(server?.get("host"), parseServerHost) ?? entry.key,
      ...omitUndefined({
        user: readParsed(server?.get("user"), parseUser),
        port: readInteger(server?.get("port"), PORT_RANGE),
        keyFile: readParsed(server?.get("key_file"), (text) => parseKeyFile(text, folders)),
      }),
    });
  }
}

function parseKeyFile(text: string, { project, home }: Folders): Parsed<string> {
  if (!text.startsWith("~")) return parsed(isAbsolute(text) ? text : resolve(project, text));
  if (!/^~[/\\]/.test(text)) {
    return unparsed(`expected a path, got ${quote(text)}`, "write the absolute path");
  }
  if (home === undefined) {
    return unparsed("~ stands for HOME, which is not set", "write the absolute path");
  }
  return parsed(join(home, text.slice(2)));
}
