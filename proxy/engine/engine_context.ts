/**
 * What connections and exchanges share with their engine.
 *
 * The rule: they reach the engine through this alone, so each can be tested without the others.
 *
 * @module
 */
import type { RouteOptions } from "../api.ts";
import type { AccessLog } from "./access_log.ts";
import type { DialContext } from "./acquisition.ts";
import type { EndpointChoice } from "./endpoint_choice.ts";
import type { GenerationCounters } from "./generation_counters.ts";
import type { HeadBuilder } from "./head_builder.ts";
import type { HeadParser } from "./head_parser.ts";
import type { HeadReading } from "./request_head.ts";
import type { RequestIds } from "./request_ids.ts";
import type { RouteTable } from "./route_table.ts";

/** A route with the generation that it sends requests to. */
export interface ActiveRoute {
  readonly options: RouteOptions;
  readonly counters: GenerationCounters;
  readonly choice: EndpointChoice;
}

/** What is known of a client before its first octet, and who is told of its end. */
export interface ClientOrigin {
  readonly scheme: "http" | "https";
  /** Called once, when the connection is closed. */
  readonly closed: () => void;
}

/** The engine, seen from a connection. */
export interface EngineContext extends DialContext {
  /** Replaced whole by a snapshot: never kept longer than one synchronous step. */
  readonly routes: RouteTable<ActiveRoute>;
  /** Whether connections should end after their next answer. */
  readonly isRetiring: boolean;
  /** None: no request is logged. */
  readonly accessLog: AccessLog | undefined;
  /** What `now` lacks to the time of day, looked at with every sweep: the clock that is shown may be set. */
  readonly wallOffsetMs: number;
  /** Milliseconds since the epoch. */
  readonly wallNow: () => number;
  readonly builder: HeadBuilder;
  readonly requestIds: RequestIds;
  readonly headReading: HeadReading;
  /** Lends a parser; given back with `returnParser` after the head was used. */
  takeParser(): HeadParser;
  returnParser(parser: HeadParser): void;
}
