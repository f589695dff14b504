/**
 * docker's command lines about networks.
 *
 * Pure: words out, unquoted.
 *
 * @module
 */
import { quoteShell } from "../ssh/quote.ts";

/** The addresses of a network that is created with a plan. */
export interface AddressPlan {
  readonly subnet: string;
  readonly gateway: string;
  readonly ipRange: string;
}

/** What a network is created from. */
export interface NetworkSpec {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly plan?: AddressPlan;
}

/** Inspects one network. */
export function inspectNetworkArgv(name: string): readonly string[] {
  return ["docker", "network", "inspect", "--", name];
}

/** Creates a bridge network. */
export function createNetworkArgv({ name, labels, plan }: NetworkSpec): readonly string[] {
  return [
    ...["docker", "network", "create", "--driver", "bridge"],
    ...(plan === undefined ? [] : [
      ...["--subnet", plan.subnet, "--gateway", plan.gateway],
      ...["--ip-range", plan.ipRange],
    ]),
    ...Object.entries(labels).flatMap(([key, value]) => ["--label", `${key}=${value}`]),
    ...["--", name],
  ];
}

/**
 * Lets Docker pick a free subnet: creates a network, prints it as `docker network inspect` does, and removes
 * it. It has a name of its own, so that nobody takes it for the real one meanwhile.
 */
export function probeSubnetArgv(name: string): readonly string[] {
  const create = quoteShell(["docker", "network", "create", "--driver", "bridge", "--"]);
  const script = `id=$(${create} ${quoteShell([`${name}-probe`])}-$$) || exit
docker network inspect "$id"
status=$?
docker network rm "$id" >/dev/null || exit
exit "$status"`;
  return ["sh", "-c", script];
}

/** Removes a network that nobody is attached to. */
export function removeNetworkArgv(id: string): readonly string[] {
  return ["docker", "network", "rm", "--", id];
}

/** Lists the ids of networks that have `name` in their name; Docker allows two of one name. */
export function listNetworksArgv(name: string): readonly string[] {
  const format = ["--no-trunc", "--format", "{{.ID}} {{.Name}}"];
  return ["docker", "network", "ls", ...format, "--filter", `name=${name}`];
}

/** Takes a container out of a network. */
export function disconnectArgv(container: string, network: string): readonly string[] {
  return ["docker", "network", "disconnect", "--", network, container];
}

/** Plugs a container into one more network. */
export function connectArgv(container: string, network: string): readonly string[] {
  return ["docker", "network", "connect", "--", network, container];
}
