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
  /** Lets it answer nothing any more, though it can be connected to. */
  stall(): void;
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
    child.kill("SIGCONT");
    await ended;
  };
  try {
    const [port] = await once(child.stdout, "data") as [Uint8Array];
    const stall = () => void child.kill("SIGSTOP");
    await body({ name: `127.0.0.1:${Buffer.from(port).toString().trim()}`, stall, end });
  } finally {
    await end();
  }
}
