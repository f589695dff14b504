/**
 * `luma doctor [server…]`: looks for what is wrong, and says what mends it. It changes nothing.
 *
 * The rule: all servers at once; exit code 3 where a finding is bad, so that a script can ask.
 *
 * @module
 */
import { formatFindings, formatSummary } from "../doctor/format_findings.ts";
import { findingsOf } from "../doctor/make_finding.ts";
import { runChecks } from "../doctor/run_checks.ts";
import type { Finding, Observation } from "../doctor/types.ts";
import { findSshVersion } from "../ssh/resolve_host.ts";
import type { OpenContext } from "./context.ts";
import { observeForDoctor } from "./observe_doctor.ts";
import { selectDoctorTargets } from "./server_targets.ts";

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
  const targets = selectDoctorTargets(names, config);
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
