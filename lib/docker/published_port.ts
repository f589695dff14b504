/**
 * A port of a server that Docker leads to a container.
 *
 * The rule: what the container was created with counts, whether it runs or not.
 *
 * @module
 */

/** A port of the server that leads to a container. */
export interface PublishedPort {
  /** The server's address that is listened on; none: all. */
  readonly hostAddress?: string;
  /** The server's port. */
  readonly hostPort: number;
  /** The port inside the container. */
  readonly containerPort: number;
  /** The protocol of both. */
  readonly protocol: "tcp" | "udp";
}
