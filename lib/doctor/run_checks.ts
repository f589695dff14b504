/**
 * All checks, in the order in which people read them.
 *
 * Pure: an observation in, findings out.
 *
 * @module
 */
import { checkDns, checkHealth, checkSigterm } from "./app_checks.ts";
import {
  checkLeftovers,
  checkLocks,
  checkLogs,
  checkNetwork,
  checkPorts,
  checkProxy,
} from "./luma_checks.ts";
import {
  checkClock,
  checkDisk,
  checkDocker,
  checkKernel,
  checkMemory,
  checkSsh,
} from "./machine_checks.ts";
import type { Finding, Observation } from "./types.ts";

const CHECKS: readonly ((observation: Observation) => readonly Finding[])[] = [
  checkSsh,
  checkDocker,
  checkPorts,
  checkDisk,
  checkMemory,
  checkClock,
  checkKernel,
  checkProxy,
  checkNetwork,
  checkLocks,
  checkLeftovers,
  checkLogs,
  checkHealth,
  checkSigterm,
  checkDns,
];

/** What all checks find on one server. */
export function runChecks(observation: Observation): readonly Finding[] {
  return CHECKS.flatMap((check) => check(observation));
}
