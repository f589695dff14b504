/**
 * An operation that was refused, as an error inside the control process and as JSON outside.
 *
 * The rule: whatever an operation throws leaves the process as a Failure with a status.
 *
 * @module
 */
import type { Failure } from "../api.ts";

/** The code of a Failure. */
export type FailureCode = Failure["code"];

/** What a Failure may carry beside its code and message. */
export interface FailureDetails {
  readonly hint?: string;
  /** The generation that is current. */
  readonly generation?: number;
}

/** Makes a Failure. */
export function failure(code: FailureCode, message: string, details: FailureDetails = {}): Failure {
  return { kind: "failure", code, message, ...details };
}

/** A Failure that is thrown on its way to the client. */
export class OperationError extends Error {
  override readonly name = "OperationError";
  readonly failure: Failure;

  constructor(reason: Failure) {
    super(reason.message);
    this.failure = reason;
  }
}

/** The Failure of anything that was thrown. */
export function toFailure(error: unknown): Failure {
  if (error instanceof OperationError) return error.failure;
  return failure("internal", error instanceof Error ? error.message : String(error));
}

/** The HTTP status that goes with a Failure. */
export function statusOf(reason: Failure): number {
  const statuses: Readonly<Record<FailureCode, number>> = {
    "bad request": 400,
    "unknown operation": 404,
    "unknown route": 404,
    "wrong generation": 409,
    "host taken": 409,
    "color in use": 409,
    unconfirmed: 409,
    confirmed: 409,
    retired: 409,
    unresolved: 422,
    internal: 500,
  };
  return statuses[reason.code];
}
