/**
 * Runs luma with bytes for its standard input, or at a terminal of its own.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { spawn } from "node:child_process";
import process from "node:process";
import type { Project } from "../deploy/project.ts";

/** How it ended; the bytes as they came. */
export interface AttachedRun {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs luma, and gives it `input`. */
export function runAttached(
  { program, env, folder }: Project,
  args: readonly string[],
  input: Uint8Array | string = "",
): Promise<AttachedRun> {
  return run([program, ...args], { env, folder }, input);
}

/** What is typed, once the output has what `when` fits. */
export interface Keys {
  readonly when: RegExp;
  readonly keys: string;
}

/** Runs luma at a terminal of 100 columns and 30 lines. */
export function runAtTerminal(
  { program, env, folder }: Project,
  args: readonly string[],
  typed?: Keys,
): Promise<AttachedRun> {
  const words = [program, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
  const command = `stty cols 100 rows 30; exec ${words}`;
  return run(["script", "-qec", command, "/dev/null"], { env, folder }, typed);
}

function run(
  [program = "", ...args]: readonly string[],
  { env, folder }: Pick<Project, "env" | "folder">,
  input: Uint8Array | string | Keys | undefined,
): Promise<AttachedRun> {
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const chunks: Uint8Array[] = [];
  let stderr = "";
  child.stdout.on("data", (chunk: Uint8Array) => chunks.push(chunk));
  child.stderr.setEncoding("utf8").on("data", (text: string) => stderr += text);
  child.stdin.on("error", () => {});
  if (typeof input === "string" || input instanceof Uint8Array) child.stdin.end(input);
  let typed = typeof input === "object" && "when" in input ? input : undefined;
  child.stdout.on("data", () => {
    if (typed === undefined || !typed.when.test(Buffer.concat(chunks).toString())) return;
    child.stdin.write(typed.keys);
    typed = undefined;
  });
  return new Promise((done, failed) => {
    child.on("error", failed);
    child.on("close", (code) => done({ code, stdout: Buffer.concat(chunks), stderr }));
  });
}
