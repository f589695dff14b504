/**
 * One case of strictness: octets that arrive, and what must come of them.
 *
 * The rule: a case is data, so that the same one runs on sockets, in memory, split anywhere, and stands
 * in the documents.
 *
 * @module
 */

/** What must come of a case. */
export type Outcome =
  /** The proxy answers with this status and closes; the upstream sees nothing. */
  | { readonly kind: "refused"; readonly status: number }
  /** As above, but the head was good and has been sent on: the upstream never sees an end. */
  | { readonly kind: "body refused"; readonly status: number }
  /** The upstream's answer is replaced by a 502; the client's connection goes on. */
  | { readonly kind: "answer replaced" }
  /** The client has got the head of the answer already, and sees that the rest is missing. */
  | { readonly kind: "answer cut" }
  /** Passed on; the connection goes on, or closes. */
  | { readonly kind: "passed"; readonly closes: boolean }
  /** Passed on while the request is not whole; closed, and the upstream never sees its end. */
  | { readonly kind: "answered early" };

/** A case. */
export interface StrictnessCase {
  readonly name: string;
  /** The RFC and its section: `9112 6.1`. */
  readonly section: string;
  readonly outcome: Outcome;
  /** Whose octets the case is about. */
  readonly subject: "request" | "answer" | "both";
  /** What the client sends. */
  readonly request: string;
  /** Whether a FIN stands behind the request. */
  readonly requestEnds?: true;
  /** What the upstream answers to it. */
  readonly answer: string;
  /** Whether a FIN stands behind the answer. */
  readonly answerEnds?: true;
  /** The app's limit of a body. */
  readonly maxBodyBytes?: number;
}

/** How the route of a case differs from the ordinary one. */
export function routeFor(
  { maxBodyBytes }: StrictnessCase,
): { readonly options: { readonly maxBodyBytes?: number } } {
  return { options: { ...(maxBodyBytes !== undefined && { maxBodyBytes }) } };
}

/** A row of a table: name, section, octets. */
export type Row = readonly [name: string, section: string, bytes: string];

/** A request that every upstream can answer. */
export const GET = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";
/** An answer that every client can read. */
export const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/** Cases in which the client's octets matter. */
export function requestCases(outcome: Outcome, rows: readonly Row[]): readonly StrictnessCase[] {
  return rows.map(([name, section, request]) => (
    { name, section, outcome, subject: "request", request, answer: OK }
  ));
}

/** Cases in which the upstream's octets matter. */
export function answerCases(outcome: Outcome, rows: readonly Row[]): readonly StrictnessCase[] {
  return rows.map(([name, section, answer]) => (
    { name, section, outcome, subject: "answer", request: GET, answer }
  ));
}
