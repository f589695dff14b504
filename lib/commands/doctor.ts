/**
 * `luma doctor [server…]`: looks for what is wrong, and says what mends it. It changes nothing.
 *
 * The rule: all servers at once; exit code 3 where a finding is bad, so that a script can ask.
 *
 * @module
 */
import { LOCAL } from "../config/server_book.ts";
import { parseServer } from "../config/parse_server.ts";
import { suggestName } from "../config/suggest.ts";
import type { Config } from "../config/types.ts";
import { formatFindings, formatSummary } from "../doctor/format_findings.ts";
import { findingsOf } from "../doctor/make_finding.ts";
import { runChecks } from "../doctor/run_checks.ts";
import type { Finding, Observation } from "../doctor/types.ts";
import { UsageError } from "../error.ts";
import { findSshVersion } from "../ssh/resolve_host.ts";
import type { OpenContext } from "./context.ts";
import { type DoctorTarget, observeForDoctor } from "./observe_doctor.ts";

const DEFAULT_PROXY = { httpPort: 80, httpsPort: 443 };

/**
 * Prints what is found on the named servers; on all of the project where no name is given, on this
 * machine where there is no luma.yml.
 *
 * @returns The exit code: 3 where something is bad.
 */
export async function doctor(
  names: readonly string[],
  context: OpenContext,
): Promise<0 | 3> {
  const { print, json, signal, terminal, config } = context;
  const targets = selectTargets(names, config);
  const isBare = names.length === 0 && config === undefined;
  const found = await Promise.all(targets.map(async (target) => {
    const observation = await observeForDoctor(target, signal);
    const own = isBare ? await checkTools(observation, signal) : [];
    return { server: target.server.name, findings: [...own, ...runChecks(observation)] };
  }));
  const all = found.flatMap(({ findings }) => findings);
  if (json) {
    for (const finding of all) print(JSON.stringify(finding));
  } else {
    for (const { server, findings } of found) {
      print(formatFindings(server, findings, terminal?.color ?? false));
    }
    print(formatSummary(all));
  }
  return all.some(({ mark }) => mark === "bad") ? 3 : 0;
}

/** What this machine needs to reach others. */
async function checkTools(
  { server }: Observation,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { good, bad } = findingsOf(server.name, "ssh");
  const version = await findSshVersion(signal);
  return version === undefined
    ? [bad("this machine has no ssh client", { fix: "apt install openssh-client, or the like" })]
    : [good(`${version} to reach servers with`)];
}

function selectTargets(
  names: readonly string[],
  config: Config | undefined,
): readonly DoctorTarget[] {
  const known = config?.servers ?? [];
  const local: DoctorTarget = { server: { kind: "local", name: LOCAL }, proxy: DEFAULT_PROXY };
  if (names.length === 0 && config === undefined) return [local];
  if (names.length === 0) return known.map((server) => ofProject(server, config));
  return names.map((name) => {
    const server = known.find((each) => each.name === name);
    if (server !== undefined) return ofProject(server, config);
    const meant = suggestName(name, known.map((each) => each.name));
    if (meant !== undefined) {
      throw new UsageError(`Unknown server "${name}" in luma.yml`, `Did you mean "${meant}"?`);
    }
    if (name === LOCAL) return local;
    const address = parseServer(name);
    if (address.ok) {
      return { server: { kind: "ssh", name, ...address.value }, proxy: DEFAULT_PROXY };
    }
    throw new UsageError(
      `Cannot look at "${name}": ${address.message}`,
      address.fix ?? "Name a server of luma.yml, or an address such as root@203.0.113.7",
    );
  });
}

function ofProject(server: DoctorTarget["server"], config: Config | undefined): DoctorTarget {
  return config === undefined
    ? { server, proxy: DEFAULT_PROXY }
    : { server, proxy: config.proxy, config };
}
