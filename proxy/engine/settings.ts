/**
 * Every limit and time of the engine in one object, with its default.
 *
 * The rule: no number of this kind stands anywhere else, so that tests can make all of them small.
 *
 * @module
 */
import type { HeadLimits } from "./head_parser.ts";

/** The engine's limits. */
export interface EngineSettings extends HeadLimits {
  /** Connections of clients at the same time; one more is answered 503. Infinity: no limit. */
  readonly maxConnections: number;
  /** The same for each client address, and for each /64 of IPv6. Infinity: no limit. */
  readonly maxClientConnections: number;
  /** Requests on one connection; the last is answered with `Connection: close`. Infinity: no limit. */
  readonly maxConnectionRequests: number;
  /**
   * Descriptors for connections of clients and to upstreams together: idle ones to upstreams are
   * closed before there are more. Infinity: no limit.
   */
  readonly maxDescriptors: number;
  /** Connections beyond the limits that are answered at the same time; further ones are closed at once. */
  readonly maxRefusing: number;
  /** Octets of a client that are kept while they cannot be used yet; then reading pauses. */
  readonly maxWaitingBytes: number;
  /** How often deadlines are looked at: no deadline is more exact than this. */
  readonly sweepMs: number;
  /** From the first octet of a request, or a new connection, until its head is complete. */
  readonly headTimeoutMs: number;
  /** How long a client may keep a connection without a request. */
  readonly clientIdleMs: number;
  /**
   * The same once the worker retires: long enough for a busy client's next request, which is
   * answered with `Connection: close`, instead of closing while that request is on its way.
   */
  readonly retiringIdleMs: number;
  /** How long a client may send nothing of a body that it has announced. */
  readonly bodyStallMs: number;
  /**
   * How long a client may take nothing of an answer. Far longer than the others, because a slow
   * client's progress shows only when the kernel has room for a good part of its buffer again.
   */
  readonly answerStallMs: number;
  /**
   * How long an app may take nothing of a request, unless it goes on with its answer; and how long a
   * client may wait for the 100 that it expects, if that is longer than `bodyStallMs`.
   */
  readonly requestStallMs: number;
  /**
   * When a client that expects a 100 and is not read, because the app takes nothing, is sent one, counted
   * from what the app took last. Two of each kind: what is sent to one that has left is answered with a reset,
   * which the next one finds. No more than four, for some clients accept no more than five in all.
   */
  readonly pausedProbesMs: readonly number[];
  /** How long a client may be silent after its last answer, before it is no longer read and dropped. */
  readonly lingerMs: number;
  /** The same for one that goes on sending: many read an answer only when they have sent all. */
  readonly maxLingerMs: number;
  /** When a client that closed its sending side is sent an interim answer, after each other; the last is repeated. */
  readonly probeDelaysMs: readonly number[];
  /** How long one dial may take. */
  readonly dialTimeoutMs: number;
  /** After what time without an answer a second endpoint is dialled beside the first. */
  readonly secondDialMs: number;
  /** How long an endpoint that could not be dialled is left out at least. */
  readonly ejectMs: number;
  /** How long it is left out at most, where no snapshot says anything of it. */
  readonly maxEjectMs: number;
  /** How long a connection that was made lately holds its local port, also when closed (TIME_WAIT). */
  readonly portHoldMs: number;
  /** In what time idle connections are closed at most once because a dial ran short of something. */
  readonly makeRoomMs: number;
  /** How long a connection to an upstream is kept idle; under the 5 s of Node's servers. */
  readonly upstreamIdleMs: number;
  /** How long it may have been idle for a request that must not be sent twice. */
  readonly upstreamFreshMs: number;
  /** Idle connections kept for one endpoint. */
  readonly maxIdleConnections: number;
  /** How long a WebSocket that is closed in order may take to reach the end of a frame. */
  readonly streamCloseMs: number;
  /** How long open connections are waited for when the worker retires. */
  readonly retireMs: number;
}

/** The settings that a worker runs with. */
export const DEFAULT_SETTINGS: EngineSettings = {
  maxConnections: Infinity,
  maxClientConnections: Infinity,
  maxConnectionRequests: Infinity,
  maxDescriptors: Infinity,
  maxRefusing: 10,
  maxHeadBytes: 32 * 1024,
  maxTargetBytes: 8 * 1024,
  maxFields: 128,
  maxWaitingBytes: 64 * 1024,
  sweepMs: 250,
  headTimeoutMs: 30_000,
  clientIdleMs: 75_000,
  retiringIdleMs: 2_000,
  bodyStallMs: 60_000,
  answerStallMs: 600_000,
  requestStallMs: 600_000,
  pausedProbesMs: [30_000, 35_000, 120_000, 125_000],
  lingerMs: 2_000,
  maxLingerMs: 30_000,
  probeDelaysMs: [0, 250, 1_000, 5_000],
  dialTimeoutMs: 2_000,
  secondDialMs: 250,
  ejectMs: 2_000,
  maxEjectMs: 10_000,
  portHoldMs: 60_000,
  makeRoomMs: 1_000,
  upstreamIdleMs: 4_000,
  upstreamFreshMs: 1_000,
  maxIdleConnections: 64,
  streamCloseMs: 1_000,
  retireMs: 120_000,
};
