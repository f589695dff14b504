/**
 * Says how many connections the file descriptors of this process are enough for.
 *
 * The rule: a connection of a client takes two, its own and that of its upstream; a reserve is left for
 * what else a worker opens, so that accepting and dialling never fail for want of one.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";

/** Descriptors that are left alone: refused connections, dials beside each other, the access log. */
const RESERVE = 32;
/** What is assumed where the kernel does not tell; the runtimes raise the limit of other systems. */
const UNKNOWN_LIMIT = 4096;

/** What is known of a process's descriptors. */
export interface DescriptorFacts {
  /** How many it may have. */
  readonly limit: number;
  /** How many it has. */
  readonly used: number;
}

/** What the descriptors are enough for. */
export interface DescriptorPlan {
  /** Descriptors for connections of clients and to upstreams. */
  readonly maxDescriptors: number;
  /** Connections of clients; 1 at least. */
  readonly maxConnections: number;
  /** Connections that are being refused: they live on the reserve. */
  readonly maxRefusing: number;
}

/** @param wished The connections that were asked for; more than there is room for are not promised. */
export function planDescriptors(facts: DescriptorFacts, wished = Infinity): DescriptorPlan {
  const left = facts.limit - facts.used;
  // Where there are few of them, half are for connections all the same.
  const maxDescriptors = Math.max(2, Math.floor(Math.max(left - RESERVE, left / 2)));
  return {
    maxDescriptors,
    maxConnections: Math.min(wished, Math.floor(maxDescriptors / 2)),
    maxRefusing: Math.floor((left - maxDescriptors) / 3),
  };
}

/** The descriptors of this process. */
export function observeDescriptors(): DescriptorFacts {
  try {
    const [, soft = ""] = /^Max open files\s+(\d+|unlimited)/m.exec(
      readFileSync("/proc/self/limits", "utf8"),
    ) ?? [];
    const limit = soft === "unlimited" ? 2 ** 30 : Number(soft);
    if (limit > 0) return { limit, used: readdirSync("/proc/self/fd").length };
  } catch {
    // Not Linux, or no /proc: what is assumed then is said above.
  }
  return { limit: UNKNOWN_LIMIT, used: 0 };
}
