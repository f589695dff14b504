/**
 * A server as it is found, for tests.
 *
 * @module
 */
import type { MachineState } from "../../../lib/setup/observe_machine.ts";

/** A bare Debian with systemd that luma logs in to as root, but for `changes`. */
export function aMachine(changes: Partial<MachineState> = {}): MachineState {
  return {
    server: "web1",
    user: "root",
    privilege: "root",
    system: "Linux",
    distribution: { id: "debian", like: [], name: "Debian GNU/Linux 12 (bookworm)" },
    hasApt: true,
    kernel: "6.1.0-13-amd64",
    manager: "systemd",
    docker: { kind: "absent" },
    hasDaemonConfig: false,
    listeners: [],
    containers: [],
    ...changes,
  };
}
