/**
 * What brings Docker to a server, as data.
 *
 * The rule: each step is one effect, and does no harm where it was done before.
 *
 * @module
 */
import type { ServiceManager } from "./observe_machine.ts";

/** One effect of an installation. */
export type InstallStep =
  | { readonly kind: "refresh-packages" }
  /** Before Docker is there, so that it starts with it; a file that exists is left as it is. */
  | { readonly kind: "limit-logs" }
  | { readonly kind: "install-packages"; readonly packages: readonly string[] }
  /** Also from now on whenever the server starts. */
  | { readonly kind: "start-docker"; readonly manager: Exclude<ServiceManager, "none"> }
  | { readonly kind: "join-group"; readonly user: string }
  /** A login's groups are those of its beginning. */
  | { readonly kind: "log-in-again"; readonly user: string }
  | { readonly kind: "wait-for-docker" };

/** What is written to Docker's daemon.json: the limits that luma gives its own containers. */
export const DAEMON_CONFIG = {
  "log-driver": "json-file",
  "log-opts": { "max-size": "10m", "max-file": "3" },
} as const;

/** Says what a step does, for people. */
export function describeInstallStep(step: InstallStep): string {
  switch (step.kind) {
    case "refresh-packages":
      return "Reading the newest lists of packages (apt-get update)";
    case "limit-logs":
      return "Limiting the log of every container to 3 files of 10 MB (/etc/docker/daemon.json)";
    case "install-packages":
      return `Installing Docker (apt-get install ${step.packages.join(" ")})`;
    case "start-docker":
      return `Starting Docker, now and whenever the server starts (${
        step.manager === "systemd" ? "systemctl enable --now docker" : "service docker start"
      })`;
    case "join-group":
      return `Letting ${step.user} use Docker: group docker, which is as powerful as root`;
    case "log-in-again":
      return `Logging in again as ${step.user}, so that the group counts`;
    case "wait-for-docker":
      return "Waiting for Docker to answer";
  }
}
