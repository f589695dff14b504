/**
 * Lets one lab at a time choose its addresses.
 *
 * The rule: the lock is a file with the owner's pid; that of a process that is gone counts for nothing.
 *
 * @module
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning } from "./lab_server.ts";

const LOCK_FILE = "/var/tmp/luma-lab.lock";
const WAIT_MS = 60_000;

/** Runs `body` while no other process is in one. @throws When the lock is not free in a minute. */
export async function withLabLock<T>(body: () => Promise<T>): Promise<T> {
  const untilMs = Date.now() + WAIT_MS;
  while (!takeLock()) {
    if (Date.now() > untilMs) throw new Error(`Cannot start a lab: ${LOCK_FILE} is held`);
    await sleep(50);
  }
  try {
    return await body();
  } finally {
    rmSync(LOCK_FILE, { force: true });
  }
}

function takeLock(): boolean {
  try {
    writeFileSync(LOCK_FILE, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  if (!isOwnerAlive()) rmSync(LOCK_FILE, { force: true });
  return false;
}

/** Between its making and its writing a file is empty for a moment. */
function isOwnerAlive(): boolean {
  try {
    const pid = readFileSync(LOCK_FILE, "utf8");
    return pid === "" || isRunning(Number(pid));
  } catch {
    return false;
  }
}
