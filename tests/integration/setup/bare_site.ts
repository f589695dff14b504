/**
 * A bare server of its own for a test, a folder to type luma in, and luma.
 *
 * The rule: luma runs as users run it, as an executable, and reaches the server over SSH alone.
 *
 * @module
 */
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Output } from "../../../lib/ssh/runner.ts";
import { readLabEnv } from "../../lab/lab_env.ts";
import { type BareServer, startBareLab } from "../../lab/lab.ts";
import { runTool } from "../../lab/run_tool.ts";
import { runLuma, startLuma } from "./run_luma.ts";

/** What a test works with. */
export interface BareSite {
  readonly server: BareServer;
  /** The current folder of luma; empty at first. */
  readonly folder: string;
  luma(...args: readonly string[]): Promise<Output>;
  /** Starts luma, for a test that ends it. */
  start(...args: readonly string[]): Promise<ChildProcess>;
  /** The same, and what it printed; fails with its own words unless it exits with 0. */
  lumaOk(...args: readonly string[]): Promise<string>;
  /** Runs a line in the shell of the server, as root; what it printed. */
  root(line: string): Promise<string>;
  /** Brings an image of the lab's Docker to the server's. */
  loadImage(reference: string): Promise<void>;
}

/** Gives `body` a server without Docker. */
export async function withBareServer(body: (site: BareSite) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "luma-bare-"));
  const lab = await startBareLab({ name: "luma-bare" });
  try {
    const [server] = lab.servers;
    if (server !== undefined) await body(makeSite(server, folder));
  } finally {
    await lab.stop();
    await rm(folder, { recursive: true });
  }
}

function makeSite(server: BareServer, folder: string): BareSite {
  const { sshConfigFile } = server;
  const luma = (...args: readonly string[]) => runLuma(args, { folder, sshConfigFile });
  const ssh = ["ssh", "-F", sshConfigFile, `root@${server.name}`];
  return {
    server,
    folder,
    luma,
    start: (...args) => startLuma(args, { folder, sshConfigFile }),
    async lumaOk(...args) {
      const { status, stdout, stderr } = await luma(...args);
      if (status === 0) return stdout;
      throw new Error(`luma ${args.join(" ")} ended with ${status}\n${stdout}${stderr}`);
    },
    root: (line) => runTool([...ssh, line]),
    async loadImage(reference) {
      const { dockerHost } = readLabEnv();
      const script = 'DOCKER_HOST="$1" docker save "$2" | ssh -F "$3" "root@$4" docker load';
      const words = [dockerHost, reference, sshConfigFile, server.name];
      await runTool(["bash", "-o", "pipefail", "-ec", script, "load", ...words]);
    },
  };
}
