/**
 * A registry that a server of the lab reaches at its own 127.0.0.1, where Docker asks for no TLS.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import process from "node:process";
import type { LabEnv } from "./lab_env.ts";

const PROGRAM = resolve(import.meta.dirname ?? ".", "registry_server.ts");

/** A registry that runs. */
export interface LabRegistry {
  /** What references to its images begin with: `127.0.0.1:5000`. */
  readonly name: string;
  /** Resolves when somebody asked for an image with the tag `silent`, which is never answered. */
  readonly silent: Promise<unknown>;
  /** Ends it, as an outage does. */
  end(): Promise<void>;
}

/**
 * Gives `body` a registry, and ends it afterwards.
 *
 * @param login `user:password`, that it asks everybody for; none: it is open.
 */
export async function withRegistry(
  lab: LabEnv,
  body: (registry: LabRegistry) => Promise<void>,
  login = "",
): Promise<void> {
  const [program = "", ...words] = [...lab.enter, process.execPath, PROGRAM, login];
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const end = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  try {
    const [port] = await once(child.stdout, "data") as [Uint8Array];
    const silent = once(child.stdout, "data");
    await body({ name: `127.0.0.1:${Buffer.from(port).toString().trim()}`, silent, end });
  } finally {
    await end();
  }
}
