/**
 * Checks of a server as a machine: the way to it, Docker, disk, memory, clock, kernel.
 *
 * Pure. The rule: one function a check; each says what is there also where all is well.
 *
 * @module
 */
import { formatBytes } from "../report/format_bytes.ts";
import { isKernelAtLeast } from "../setup/plan_setup.ts";
import { HOLDER_CONTAINER } from "../setup/types.ts";
import type { ServerConfig } from "../config/types.ts";
import { findingsOf } from "./make_finding.ts";
import type { Finding, Inside, Observation, Reached, Trouble } from "./types.ts";

const GB = 1e9;
const CLOCK_LIMIT_MS = 2_000;
const SLOW_MS = 500;

/** Whether something went wrong instead. */
export function isTrouble(seen: Reached | Inside | Trouble): seen is Trouble {
  return "message" in seen;
}

/** Whether the server can be reached, and how fast. */
export function checkSsh({ server, reached }: Observation): readonly Finding[] {
  const { good, warning, bad } = findingsOf(server.name, "ssh");
  if (isTrouble(reached)) {
    return [bad(reached.message, reached.hint === undefined ? {} : { fix: reached.hint })];
  }
  if (server.kind === "local") return [];
  const trip = `a command takes ${Math.round(reached.roundTripMs)} ms`;
  if (reached.roundTripMs < SLOW_MS) return [good(`reached${asUser(server)}, ${trip}`)];
  return [
    warning(`reached${asUser(server)}, but ${trip}: deployments will be slow`, {
      fix: "look at the network between here and there",
    }),
  ];
}

function asUser(server: ServerConfig): string {
  return server.kind === "ssh" && server.user !== undefined ? ` as ${server.user}` : "";
}

/** Whether Docker answers, and which. */
export function checkDocker({ server, inside }: Observation): readonly Finding[] {
  const { good, warning, bad } = findingsOf(server.name, "docker");
  if (inside === undefined) return [];
  if (isTrouble(inside)) {
    return [bad(inside.message, inside.hint === undefined ? {} : { fix: inside.hint })];
  }
  const { engine, state: { docker } } = inside;
  const restore = engine.liveRestore ? "live-restore on" : "live-restore off";
  return [
    good(
      `${docker.version}, ${docker.os}/${docker.architecture}, ${engine.storageDriver}, ${restore}`,
    ),
    ...engine.warnings.filter((line) => !/^No .* support$/.test(line)).map((line) => warning(line)),
  ];
}

/** Whether the next images find room. */
export function checkDisk({ server, inside }: Observation): readonly Finding[] {
  if (inside === undefined || isTrouble(inside)) return [];
  const { good, warning, bad } = findingsOf(server.name, "disk");
  const { state: { facts, docker }, engine } = inside;
  const free = facts.diskFreeBytes;
  if (free === undefined) return [];
  const reclaimable = engine.reclaimableBytes ?? 0;
  const text = `${formatBytes(free)} free in ${docker.rootDir}`;
  const fix = reclaimable > GB / 10
    ? `docker image prune -a frees up to ${
      formatBytes(reclaimable)
    }, what a rollback needs included`
    : `see what takes it: du -xh ${docker.rootDir} | sort -h | tail`;
  if (free < GB) return [bad(text, { fix })];
  if (free < 5 * GB) return [warning(text, { fix })];
  const unused = reclaimable > GB ? `, ${formatBytes(reclaimable)} in unused images` : "";
  return [good(text + unused)];
}

/** Whether a second color finds room beside the first. */
export function checkMemory({ server, inside }: Observation): readonly Finding[] {
  if (inside === undefined || isTrouble(inside)) return [];
  const { good, warning } = findingsOf(server.name, "memory");
  const { state: { facts, docker } } = inside;
  const free = facts.memoryFreeBytes;
  if (free === undefined) return [];
  const text = `${formatBytes(free)} of ${formatBytes(docker.memoryBytes)} free`;
  if (free >= 0.1 * docker.memoryBytes && free >= GB / 8) return [good(text)];
  return [
    warning(`${text}: a deployment runs both colors for a while`, {
      fix: "set memory: for the apps in luma.yml, so that a deployment checks before it starts; " +
        "see what takes it: docker stats --no-stream",
    }),
  ];
}

/** Whether the server's clock and this machine's agree. */
export function checkClock({ server, reached }: Observation): readonly Finding[] {
  if (isTrouble(reached) || server.kind === "local") return [];
  const { good, warning } = findingsOf(server.name, "clock");
  const ahead = reached.clockAheadMs;
  // The server tells whole seconds, and the way there takes its time.
  const unsureMs = 500 + reached.roundTripMs / 2;
  if (Math.abs(ahead) - unsureMs <= CLOCK_LIMIT_MS) return [good("as this machine's")];
  const seconds = Math.round(Math.abs(ahead) / 1000);
  return [
    warning(`${seconds} s ${ahead > 0 ? "ahead of" : "behind"} this machine's`, {
      fix: "timedatectl set-ntp true, on the one that is wrong",
    }),
  ];
}

/** Whether replacing the proxy keeps connections that wait to be accepted. */
export function checkKernel({ server, inside }: Observation): readonly Finding[] {
  if (inside === undefined || isTrouble(inside)) return [];
  const { good, warning } = findingsOf(server.name, "kernel");
  const { state, processes } = inside;
  const { kernel } = state.facts;
  if (!isKernelAtLeast(kernel, 5, 14)) {
    return [
      warning(`${kernel}: a connection that waits while luma-proxy is replaced can be lost`, {
        fix: "a kernel from 5.14 on has net.ipv4.tcp_migrate_req, which keeps it",
      }),
    ];
  }
  const holder = processes.find(({ container }) => container === HOLDER_CONTAINER);
  if (holder === undefined || holder.sysctls["net.ipv4.tcp_migrate_req"] === "1") {
    return [good(holder === undefined ? kernel : `${kernel}, tcp_migrate_req is set`)];
  }
  return [
    warning(`${kernel}, but ${HOLDER_CONTAINER} was made without tcp_migrate_req`, {
      fix: `with a gap: docker rm -f luma-proxy ${HOLDER_CONTAINER}, then luma setup`,
    }),
  ];
}
