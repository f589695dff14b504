/**
 * `luma-proxy hold`: the program of the container that owns the proxy's network namespace.
 *
 * The rule: it does nothing, and ends at once when it is asked to.
 *
 * @module
 */
import type { ProxyIo } from "./proxy_io.ts";

/** What `hold --help` prints. */
export const HOLD_HELP = `Usage: luma-proxy hold

Does nothing until SIGTERM. The container that runs it owns the network namespace of the proxy, so
that the proxy itself can be replaced without losing its ports and networks.
`;

/** The longest time that a timer can have. */
const LONGEST_MS = 2 ** 31 - 1;

/** Waits until the process is asked to end; resolves with the exit code. */
export function holdCommand(io: ProxyIo): Promise<number> {
  return new Promise((resolve) => {
    // A timer keeps the process alive; it wakes up once in 24 days.
    const timer = setInterval(() => {}, LONGEST_MS);
    const end = () => {
      clearInterval(timer);
      resolve(0);
    };
    if (io.signal.aborted) end();
    else io.signal.addEventListener("abort", end, { once: true });
  });
}
