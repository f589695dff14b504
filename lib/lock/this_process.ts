/**
 * Says who this process is, for the locks that it takes.
 *
 * The rule: a pid means something only within one boot and one process namespace of one host.
 *
 * @module
 */
import { createHash, randomBytes } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import process from "node:process";

/** What a lease says of its holder. */
export interface ProcessIdentity {
  readonly token: string;
  readonly owner: string;
  readonly host: string;
  readonly hostId: string;
  readonly pid: number;
}

/** This process; with a new token each time. */
export function identifyProcess(): ProcessIdentity {
  const facts = [
    hostname(),
    read(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8")),
    read(() => readlinkSync("/proc/self/ns/pid")),
  ];
  return {
    token: randomBytes(16).toString("hex"),
    owner: findUserName(),
    host: hostname(),
    hostId: createHash("sha256").update(facts.join("\n")).digest("hex").slice(0, 32),
    pid: process.pid,
  };
}

/** Not every runtime knows the name of a user without `USER` in the environment; root has one anyway. */
function findUserName(): string {
  const name = read(() => userInfo().username);
  if (name !== "" && name !== "unknown") return name;
  const id = process.getuid?.();
  return id === 0 ? "root" : id === undefined ? "unknown" : `user ${id}`;
}

/** Whether a process of this host is alive (`kill(2)` with signal 0). */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    // Another user's, or a runtime that does not let us look: only one that is certainly gone is gone.
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

/** A process that ended, but that its parent did not ask about: common in containers without init. */
function isZombie(pid: number): boolean {
  const stat = read(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  // The program's name, in parentheses, may hold anything: proc_pid_stat(5).
  return stat.slice(stat.lastIndexOf(")") + 1).trimStart().startsWith("Z");
}

function read(fact: () => string): string {
  try {
    return fact();
  } catch {
    // Not every system has it; the host's name alone tells it apart then.
    return "";
  }
}
