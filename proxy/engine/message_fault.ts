/**
 * The one error that says "this message cannot be read": a status for the client, a reason for people.
 *
 * The rule: it is thrown while one message is read and caught by the connection it was read from.
 *
 * @module
 */

/** A message that must not be passed on. */
export class MessageFault extends Error {
  override readonly name = "MessageFault";
  /** What a client is answered; a message of an upstream is always a 502. */
  readonly status: number;

  constructor(status: number, reason: string) {
    super(reason);
    this.status = status;
  }
}
