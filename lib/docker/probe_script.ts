/**
 * Asks a server that may have no Docker what it has of it.
 *
 * Pure: lines for a POSIX shell, and what they print. The rule: no Docker at all is an answer, too.
 *
 * @module
 */
import { classifyDockerFailure } from "./docker_error.ts";

/** Docker, as far as a server's user gets to it. */
export type DockerPresence =
  | { readonly kind: "absent" }
  | { readonly kind: "running"; readonly version: string }
  /** It is installed, and does not answer. */
  | { readonly kind: "down"; readonly reason: string }
  /** It answers others. */
  | { readonly kind: "forbidden"; readonly reason: string };

/** A container with the server's ports that lead to it; none while it does not run. */
export interface Publisher {
  readonly container: string;
  readonly ports: readonly number[];
}

/**
 * Prints `docker-status=`, `docker=` and a line `container=` for each container. `$root` has the words
 * that make a command root's, if there are any.
 */
export const DOCKER_PROBE = `
if command -v docker >/dev/null 2>&1; then
  words=$(docker version --format '{{.Server.Version}}' 2>&1)
  echo "docker-status=$?"
  echo "docker=$(printf %s "$words" | tr '\\n' ' ')"
  list='docker ps --all --format {{.Names}}={{.Ports}}'
  { $list 2>/dev/null || $root $list 2>/dev/null; } | sed 's/^/container=/'
fi
`;

/** Reads the values of `docker-status` and `docker`; none where there is no such program. */
export function parseDockerPresence(
  status: string | undefined,
  words: string | undefined,
): DockerPresence {
  if (status === undefined) return { kind: "absent" };
  const text = (words ?? "").trim();
  if (status === "0") return { kind: "running", version: text };
  const kind = classifyDockerFailure(text);
  return { kind: kind === "permission" ? "forbidden" : "down", reason: text };
}

/** Reads the value of a line `container=`: `web=0.0.0.0:80->80/tcp, [::]:80->80/tcp`. */
export function parsePublisher(text: string): Publisher {
  const at = text.indexOf("=");
  const ports = [...text.slice(at + 1).matchAll(/:(\d+)(?:-(\d+))?->/g)].flatMap(
    ([, first, last]) => range(Number(first), Number(last ?? first)),
  );
  return { container: text.slice(0, at), ports: [...new Set(ports)] };
}

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
