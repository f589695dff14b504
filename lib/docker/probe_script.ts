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
  /** Its package is unpacked, and not set up: apt is at it, or was ended in the middle. */
  | { readonly kind: "unfinished" }
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
 * Prints `docker-package=`, `docker-status=`, `docker=` and a line `container=` for each container. `$root` has the words
 * that make a command root's, if there are any.
 */
export const DOCKER_PROBE = `
echo "docker-package=$(dpkg-query -W -f '\${db:Status-Status}' docker.io 2>/dev/null)"
if command -v docker >/dev/null 2>&1; then
  words=$(docker version --format '{{.Server.Version}}' 2>&1)
  echo "docker-status=$?"
  echo "docker=$(printf %s "$words" | tr '\\n' ' ')"
  list='docker ps --all --format {{.Names}}={{.Ports}}'
  { $list 2>/dev/null || $root $list 2>/dev/null; } | sed 's/^/container=/'
fi
`;

/** What {@linkcode DOCKER_PROBE} printed; each is missing where there is nothing to tell. */
export interface DockerProbe {
  readonly status?: string | undefined;
  readonly words?: string | undefined;
  readonly packageStatus?: string | undefined;
}

/** States of dpkg-query(1) between being wanted and being there. */
const UNFINISHED = ["half-installed", "unpacked", "half-configured", "triggers-awaited"];

/** Reads the values of {@linkcode DOCKER_PROBE}. */
export function parseDockerPresence(probe: DockerProbe): DockerPresence {
  const { status, words = "", packageStatus = "" } = probe;
  const text = words.trim();
  if (status === "0") return { kind: "running", version: text };
  if (UNFINISHED.includes(packageStatus)) return { kind: "unfinished" };
  if (status === undefined) return { kind: "absent" };
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
