/**
 * Which servers `luma setup` means, and for which project.
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

/** A server that is to be set up. */
export interface SetupTarget {
  readonly server: ServerConfig;
  readonly proxy: ProxyConfig;
  /** The project whose network is made there; none: only what is nobody's own. */
  readonly project?: string;
}

/** What luma.yml says where it says nothing. */
const DEFAULT_PROXY: ProxyConfig = { httpPort: 80, httpsPort: 443 };

/**
 * The servers that `names` mean; all of the project where no name is given.
 *
 * @throws {UsageError} When there is neither a name nor a project, or a name can be no server.
 */
export function selectSetupTargets(
  names: readonly string[],
  config: Config | undefined,
): readonly SetupTarget[] {
  if (names.length > 0) return names.map((name) => selectTarget(name, config));
  if (config !== undefined) return config.servers.map((server) => ofProject(server, config));
  throw new UsageError(
    "Cannot tell which server to set up: none is named, and there is no luma.yml in this folder",
    "Name one: luma setup root@203.0.113.7 (for this machine: luma setup local)\n" +
      "Or go to the folder of luma.yml; luma init makes one",
  );
}

function selectTarget(name: string, config: Config | undefined): SetupTarget {
  const known = config?.servers.find((server) => server.name === name);
  if (known !== undefined && config !== undefined) return ofProject(known, config);
  const meant = suggestName(name, config?.servers.map((server) => server.name) ?? []);
  if (meant !== undefined && config !== undefined) {
    throw new UsageError(`Unknown server "${name}" in ${config.file}`, `Did you mean "${meant}"?`);
  }
  if (name === LOCAL) return { server: { kind: "local", name }, proxy: DEFAULT_PROXY };
  const address = parseServer(name);
  if (address.ok) {
    return { server: { kind: "ssh", name, ...address.value }, proxy: DEFAULT_PROXY };
  }
  throw new UsageError(
    `Cannot set up "${name}": ${address.message}`,
    address.fix ?? "Name a server of luma.yml, or an address such as root@203.0.113.7",
  );
}

function ofProject(server: ServerConfig, { name, proxy }: Config): SetupTarget {
  return { server, proxy, project: name };
}
