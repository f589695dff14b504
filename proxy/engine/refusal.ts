/**
 * Names why the proxy itself refuses a request or a connection.
 *
 * The rule: every refusal has a name, under which it is counted.
 *
 * @module
 */
import { TOO_MANY_FIELDS } from "./head_parser.ts";
import { MessageFault } from "./message_fault.ts";

/** Why a request or a connection was refused by the proxy itself, or cut by one of its limits. */
export const REFUSALS = [
  "bad_request",
  "unrouted",
  "header_timeout",
  "body_timeout",
  "answer_timeout",
  "body_size",
  "target_size",
  "header_size",
  "header_count",
  "not_implemented",
  "version",
  "connections",
  "client_connections",
  "shortage",
] as const;

/** One of {@linkcode REFUSALS}. */
export type Refusal = typeof REFUSALS[number];

/** A client that takes too long for the head of a request. */
export const SLOW_HEAD: MessageFault = new MessageFault(408, "the head took too long");
/** A client that sends nothing of a body that it has announced. */
export const SLOW_BODY: MessageFault = new MessageFault(408, "the body took too long");
/** A client that closed in the middle of a head. */
export const PART_OF_HEAD: MessageFault = new MessageFault(400, "closed before the head was whole");

/** Why the message that could not be read was refused. */
export function refusalOf(fault: MessageFault): Refusal {
  switch (fault.status) {
    case 408:
      return fault === SLOW_HEAD ? "header_timeout" : "body_timeout";
    case 413:
      return "body_size";
    case 414:
      return "target_size";
    case 431:
      return fault.message === TOO_MANY_FIELDS ? "header_count" : "header_size";
    case 501:
      return "not_implemented";
    case 505:
      return "version";
    default:
      return "bad_request";
  }
}
