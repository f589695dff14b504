/**
 * The shell lines of an installation, for luma and for a person who does it by hand.
 *
 * Pure. The rule: apt runs to its end, whatever becomes of the connection; cut in the middle, it would
 * leave packages half installed.
 *
 * @module
 */
import { quoteShell } from "../ssh/quote.ts";
import { DAEMON_CONFIG, type InstallStep } from "./install_step.ts";

/** A step that is done by a script as root. */
export type RootStep = Exclude<
  InstallStep,
  { readonly kind: "log-in-again" | "wait-for-docker" }
>;

/** Whether root does a step. */
export function isRootStep(step: InstallStep): step is RootStep {
  return step.kind !== "log-in-again" && step.kind !== "wait-for-docker";
}

/** Another run of apt, as the one of a server that has just been made, is waited for. */
const APT_WAIT_S = 300;

/** Output goes to a file first: apt must not be cut when the connection is. `$log` is that file. */
const TO_END = `
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 LC_ALL=C.UTF-8
log=$(mktemp) || exit 1
finish() { cat "$log" >&2; rm -f "$log"; exit "$1"; }
`;

/** The words that carry out a step as root. */
export function installArgv(
  step: RootStep,
  options: { readonly sudo: boolean },
): readonly string[] {
  return [...(options.sudo ? ["sudo", "-n"] : []), ...["sh", "-c", scriptOf(step), "luma"]];
}

function scriptOf(step: RootStep): string {
  switch (step.kind) {
    case "refresh-packages":
      // The lists have a lock of their own, for which apt does not wait.
      return `${TO_END}
left=${APT_WAIT_S / 3}
while :; do
  apt-get -q update >"$log" 2>&1 </dev/null; status=$?
  [ $status -ne 0 ] && [ $left -gt 0 ] && grep -q 'Could not get lock' "$log" || finish $status
  left=$((left - 1)); sleep 3
done`;
    case "limit-logs":
      return `
[ -e /etc/docker/daemon.json ] && exit 0
set -Ce
mkdir -p /etc/docker
printf '%s\\n' ${
        quoteShell([JSON.stringify(DAEMON_CONFIG, undefined, 2)])
      } >/etc/docker/daemon.json`;
    case "install-packages":
      // Newer distributions have the client in a package of its own. A file of a package that was
      // written before, as /etc/default/docker, is kept: nobody is there to be asked.
      return `${TO_END}
more=
apt-cache show docker-cli >/dev/null 2>&1 && more=docker-cli
apt-get -q -y -o DPkg::Lock::Timeout=${APT_WAIT_S} \\
  -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \\
  install --no-install-recommends ${quoteShell(step.packages)} $more >"$log" 2>&1 </dev/null
finish $?`;
    case "start-docker":
      return step.manager === "systemd" ? START_BY_SYSTEMD : START_BY_SERVICE;
    case "join-group":
      return `
getent group docker >/dev/null || groupadd --system docker || exit 1
usermod -aG docker ${quoteShell([step.user])}`;
  }
}

const START_BY_SYSTEMD = `
systemctl enable --now docker </dev/null && exit 0
status=$?
journalctl --no-pager --output cat --lines 10 --unit docker >&2
exit $status`;

const START_BY_SERVICE = `
service docker start </dev/null >&2 && exit 0
status=$?
tail -n 10 /var/log/docker.log >&2
exit $status`;

/** Where a person types it. */
export interface ByHand {
  /** What leads to the server: `ssh -t asks@web1`; none: it is typed there. */
  readonly login?: string | undefined;
  readonly sudo: boolean;
}

/** One line that does the same for a person who has the rights of root. */
export function formatByHand(steps: readonly InstallStep[], { login, sudo }: ByHand): string {
  const commands = steps.filter(isRootStep).flatMap(shortOf);
  const line = commands.map((command) => sudo ? `sudo ${command}` : command).join(" && ");
  return login === undefined ? line : `${login} ${quoteShell([line])}`;
}

function shortOf(step: RootStep): readonly string[] {
  switch (step.kind) {
    case "refresh-packages":
      return ["apt-get update"];
    case "limit-logs":
      return [];
    case "install-packages":
      return [`apt-get install -y ${step.packages.join(" ")}`];
    case "start-docker":
      return [
        step.manager === "systemd" ? "systemctl enable --now docker" : "service docker start",
      ];
    case "join-group":
      return [`usermod -aG docker ${step.user}`];
  }
}
