/**
 * An engine in memory with one route to one upstream.
 *
 * The rule: its clock stands still unless it is moved, so that no run depends on the time it takes.
 *
 * @module
 */
import { Engine } from "../../../../proxy/engine/engine.ts";
import { DEFAULT_SETTINGS, type EngineSettings } from "../../../../proxy/engine/settings.ts";
import { MemoryNetwork } from "../memory_network.ts";
import { routeOf, type TestRoute } from "../test_engine.ts";
import type { MemoryEngine } from "./run_case.ts";

/** Starts it; what it logs is a fault of the program. */
export async function startMemoryEngine(
  logged: string[],
  settings: Partial<EngineSettings> = {},
  route: Partial<TestRoute> = {},
  now = () => 1_700_000_000_000,
): Promise<MemoryEngine & Disposable> {
  const network = new MemoryNetwork();
  const engine = new Engine({
    network,
    settings: { ...DEFAULT_SETTINGS, sweepMs: 1_000_000, ...settings },
    now,
    wallNow: now,
    log: (message) => logged.push(message),
    endpointFailed: () => {},
  });
  engine.apply({ sequence: 1, routes: [routeOf({ ports: [1], ...route })] });
  await engine.listen({ host: "127.0.0.1", port: 80 });
  return { engine, network, [Symbol.dispose]: () => engine.stop() };
}
