/**
 * A bare server of its own for a test, a folder to type luma in, and luma.
 *
 * The rule: luma runs as users run it, as an executable, and reaches the server over SSH alone.
 *
 * @module
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ensureHostExecutable } from "../../../lib/build/host_executable.ts";
import { createLocalRunner } from "../../../lib/ssh/local_runner.ts";
import type { Output } from "../../../lib/ssh/runner.ts";
import { readLabEnv } from "../../lab/lab_env.ts";
import { type BareServer, startBareLab } from "../../lab/lab.ts";
import { runTool } from "../../lab/run_tool.ts";

/** What a test works with. */
export interface BareSite {
  readonly server: BareServer;
  /** The current folder of luma; empty at first. */
  readonly folder: string;
  /** Runs luma; `sshConfigFile`: with another configuration than the lab's. */
  luma(args: readonly string[], options?: { readonly sshConfigFile?: string }): Promise<Output>;
  /** The same, and what it printed; fails with its own words unless it exits with 0. */
  lumaOk(...args: readonly string[]): Promise<string>;
  /** Runs a line in the shell of the server, as root; what it printed. */
  root(line: string): Promise<string>;
  /** Brings an image of the lab's Docker to the server's. */
  loadImage(reference: string): Promise<void>;
}

/** Gives `body` a server without Docker. */
export async function withBareServer(body: (site: BareSite) => Promise<void>): Promise<void> {
  const program = await ensureHostExecutable("luma");
  const folder = await mkdtemp(join(tmpdir(), "luma-bare-"));
  const lab = await startBareLab({ name: "luma-bare" });
  try {
    const [server] = lab.servers;
    if (server !== undefined) await body(makeSite(server, folder, program));
  } finally {
    await lab.stop();
    await rm(folder, { recursive: true });
  }
}

function makeSite(server: BareServer, folder: string, program: string): BareSite {
  const run = (args: readonly string[], sshConfigFile: string) =>
    createLocalRunner({
      server: "this machine",
      env: { ...process.env, LUMA_SSH_CONFIG: sshConfigFile },
    }).run({ argv: ["sh", "-c", 'cd "$0" && exec "$@"', folder, program, ...args] });
  const ssh = ["ssh", "-F", server.sshConfigFile, `root@${server.name}`];
  return {
    server,
    folder,
    luma: (args, { sshConfigFile = server.sshConfigFile } = {}) => run(args, sshConfigFile),
    async lumaOk(...args) {
      const { status, stdout, stderr } = await run(args, server.sshConfigFile);
      if (status === 0) return stdout;
      throw new Error(`luma ${args.join(" ")} ended with ${status}\n${stdout}${stderr}`);
    },
    root: (line) => runTool([...ssh, line]),
    async loadImage(reference) {
      const { dockerHost } = readLabEnv();
      const script = 'DOCKER_HOST="$1" docker save "$2" | ssh -F "$3" "root@$4" docker load';
      const words = [dockerHost, reference, server.sshConfigFile, server.name];
      await runTool(["bash", "-o", "pipefail", "-ec", script, "load", ...words]);
    },
  };
}
