/**
 * Talks to luma-proxy's control API on a server, by `docker exec` through the server's runner.
 *
 * The rule: JSON goes in over standard input and comes out one value a line; a failure is an error
 * that keeps the proxy's own words, its code, and the generation it told.
 *
 * @module
 */
import type { Failure, Operation, Operations } from "../../proxy/api.ts";
import { DockerError } from "../docker/docker_error.ts";
import type { Docker, ExecCommand } from "../docker/types.ts";
import { LumaError } from "../error.ts";
import type { Output } from "../ssh/runner.ts";

/** The name of the container that runs the program. */
export const PROXY_CONTAINER = "luma-proxy";

/**
 * An operation that the proxy refused, or that did not come to an end.
 *
 * @example
 * ```ts
 * import { ProxyError, openProject } from "@luma/cli";
 *
 * const project = await openProject();
 * try {
 *   await project.deploy();
 * } catch (error) {
 *   if (!(error instanceof ProxyError)) throw error;
 *   console.error(error.code, error.message);
 * }
 * ```
 */
export class ProxyError extends LumaError {
  /** The name of the class. */
  override readonly name = "ProxyError";
  /** Why it failed, for programs. */
  readonly code: Failure["code"] | "no answer";
  /** The route's generation, where the proxy told it. */
  readonly generation: number | undefined;

  /** An error with the proxy's own words in its message. */
  constructor(
    server: string,
    failure: Omit<Failure, "kind" | "code"> & { readonly code: ProxyError["code"] },
  ) {
    super(
      `luma-proxy on ${server}: ${failure.message}`,
      failure.hint === undefined ? {} : { hint: failure.hint },
    );
    this.code = failure.code;
    this.generation = failure.generation;
  }
}

/** The proxy of one server. */
export interface ProxyClient {
  /**
   * Carries out an operation.
   *
   * @returns The last line: the result.
   * @throws {ProxyError} When it is refused, or its result did not arrive: whether it was carried out
   * is unknown then.
   */
  call<Name extends Operation>(
    operation: Name,
    request: Operations[Name]["request"],
    options?: CallOptions<Operations[Name]["line"]>,
  ): Promise<Operations[Name]["line"]>;
}

/** What a call may be given. */
export interface CallOptions<Line> {
  readonly onLine?: (line: Line) => void;
  readonly signal?: AbortSignal;
}

/** How the program is reached. */
export interface ProxyClientOptions {
  readonly docker: Docker;
  /** Milliseconds for an operation that is not there to wait; default: a minute. */
  readonly timeoutMs?: number;
  /** The container that runs it; default: its own. */
  readonly container?: string;
  /** The program's command inside its container. */
  readonly command?: readonly string[];
}

const TIMEOUT_MS = 60_000;

/** The operations that wait as long as their request says. */
const WAITING: readonly Operation[] = ["check", "watch", "drain"];

/** A client for a server's proxy. */
export function createProxyClient(reach: ProxyClientOptions): ProxyClient {
  const { docker, command = ["luma-proxy"], timeoutMs = TIMEOUT_MS } = reach;
  const { container = PROXY_CONTAINER } = reach;
  return {
    async call<Name extends Operation>(
      operation: Name,
      request: Operations[Name]["request"],
      options: CallOptions<Operations[Name]["line"]> = {},
    ): Promise<Operations[Name]["line"]> {
      let last: Operations[Name]["line"] | undefined;
      let failure: Failure | undefined;
      const output = await execProgram(docker, container, {
        argv: [...command, "call", operation],
        timeoutMs: WAITING.includes(operation) ? Infinity : timeoutMs,
        stdin: JSON.stringify(request),
        onLine: (text) => {
          const line = parseLine(text);
          if (line === undefined) return;
          if (isFailure(line)) {
            failure = line;
          } else {
            last = line as Operations[Name]["line"];
            options.onLine?.(last);
          }
        },
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      });
      if (failure !== undefined) throw new ProxyError(docker.server, failure);
      if (output.status === 0 && last !== undefined) return last;
      const words = output.stderr.trim() || `it ended with status ${output.status}`;
      throw new ProxyError(docker.server, {
        code: "no answer",
        message: `cannot ${operation}: ${words}`,
        hint: "Look at it with: docker logs luma-proxy",
      });
    },
  };
}

/** A container that is not there, or does not run, is a proxy that does not answer. */
async function execProgram(
  docker: Docker,
  container: string,
  { timeoutMs, ...command }: ExecCommand & { readonly timeoutMs: number },
): Promise<Output> {
  const limit = new AbortController();
  const timer = timeoutMs === Infinity ? undefined : setTimeout(() => limit.abort(), timeoutMs);
  const { signal } = command;
  const either = signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal]);
  try {
    return await docker.exec(container, { ...command, signal: either });
  } catch (error) {
    if (limit.signal.aborted && signal?.aborted !== true) {
      throw new ProxyError(docker.server, {
        code: "no answer",
        message: `it gave no answer within ${timeoutMs / 1000} s`,
        hint: "Look at it with: docker logs luma-proxy",
      });
    }
    if (!(error instanceof DockerError)) throw error;
    throw new ProxyError(docker.server, {
      code: "no answer",
      message: error.message,
      hint: error.hint ?? "Run: luma setup",
    });
  } finally {
    clearTimeout(timer);
  }
}

function parseLine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not from the control API: Docker's own words, which the status and standard error tell as well.
    return undefined;
  }
}

function isFailure(line: unknown): line is Failure {
  return typeof line === "object" && line !== null && "kind" in line && line.kind === "failure";
}
