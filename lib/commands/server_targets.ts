/**
 * Which servers a command means that also works on servers without a project: `luma setup`, `luma doctor`.
 *
 * Pure. The rule: a name of luma.yml is that server; anything else is an address, and has no project.
 *
 * @module
 */
import { parseServer } from "../config/parse_server.ts";
import { LOCAL } from "../config/server_book.ts";
import { suggestName } from "../config/suggest.ts";
import type { Config, ProxyConfig, ServerConfig } from "../config/types.ts";
import { UsageError } from "../error.ts";

/** A server that a command is about. */
export interface ServerTarget {
  readonly server: ServerConfig;
  readonly proxy: ProxyConfig;
  /** The project that it belongs to, if it does to one. */
  readonly config?: Config;
}

/** What luma.yml says where it says nothing. */
const DEFAULT_PROXY: ProxyConfig = { httpPort: 80, httpsPort: 443 };

/** This machine, for no project. */
const THIS_MACHINE: ServerTarget = {
  server: { kind: "local", name: LOCAL },
  proxy: DEFAULT_PROXY,
};

/**
 * The servers that are to be set up; all of the project where no name is given.
 *
 * @throws {UsageError} When there is neither a name nor a project, or a name can be no server.
 */
export function selectSetupTargets(
  names: readonly string[],
  config: Config | undefined,
): readonly ServerTarget[] {
  if (names.length > 0 || config !== undefined) return selectTargets(names, config, "set up");
  throw new UsageError(
    "Cannot tell which server to set up: none is named, and there is no luma.yml in this folder",
    "Name one: luma setup root@203.0.113.7 (for this machine: luma setup local)\n" +
      "Or go to the folder of luma.yml; luma init makes one",
  );
}

/**
 * The servers that are to be looked at; all of the project where no name is given, or else this machine.
 *
 * @throws {UsageError} When a name can be no server.
 */
export function selectDoctorTargets(
  names: readonly string[],
  config: Config | undefined,
): readonly ServerTarget[] {
  if (names.length === 0 && config === undefined) return [THIS_MACHINE];
  return selectTargets(names, config, "look at");
}

function selectTargets(
  names: readonly string[],
  config: Config | undefined,
  action: "set up" | "look at",
): readonly ServerTarget[] {
  const known = config === undefined
    ? []
    : config.servers.map((server): ServerTarget => ({ server, proxy: config.proxy, config }));
  if (names.length === 0) return known;
  return names.map((name) => {
    const target = known.find(({ server }) => server.name === name);
    if (target !== undefined) return target;
    const meant = suggestName(name, known.map(({ server }) => server.name));
    if (meant !== undefined && config !== undefined) {
      throw new UsageError(
        `Unknown server "${name}" in ${config.file}`,
        `Did you mean "${meant}"?`,
      );
    }
    return targetAt(name, action);
  });
}

/** A server that luma.yml does not know. */
function targetAt(name: string, action: "set up" | "look at"): ServerTarget {
  if (name === LOCAL) return THIS_MACHINE;
  const address = parseServer(name);
  if (address.ok) {
    return { server: { kind: "ssh", name, ...address.value }, proxy: DEFAULT_PROXY };
  }
  throw new UsageError(
    `Cannot ${action} "${name}": ${address.message}`,
    address.fix ?? "Name a server of luma.yml, or an address such as root@203.0.113.7",
  );
}
