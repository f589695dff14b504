/**
 * What a person reads whose server cannot be reached, and that nothing was done.
 *
 * @module
 */
import assert from "node:assert/strict";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type LabEnv, readLabEnv } from "../../lab/lab_env.ts";
import { runTool } from "../../lab/run_tool.ts";
import { runLuma } from "./run_luma.ts";

interface Attempt {
  readonly lab: LabEnv;
  readonly folder: string;
  /** Deploys with the lab's SSH configuration, in which `from` is `to`; what was said. */
  deploy(from: RegExp, to: string): Promise<string>;
}

async function withAttempt(body: (attempt: Attempt) => Promise<void>): Promise<void> {
  const lab = readLabEnv();
  const folder = await mkdtemp(join(tmpdir(), "luma-unreachable-"));
  const image = `${lab.blogImage}:v1`;
  const project = `servers: [${lab.serverName}]\napps: { blog: { image: "${image}" } }\n`;
  await writeFile(join(folder, "luma.yml"), `name: site\n${project}`);
  try {
    await body({
      lab,
      folder,
      async deploy(from, to) {
        const sshConfigFile = join(folder, "ssh_config");
        const config = await readFile(lab.sshConfigFile, "utf8");
        assert.match(config, from);
        await writeFile(sshConfigFile, config.replace(from, to));
        const { status, stderr } = await runLuma(["deploy"], { folder, sshConfigFile });
        assert.equal(status, 3, stderr);
        return stderr;
      },
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("luma deploy says that the server accepts none of the keys, and how to put one there", () =>
  withAttempt(async ({ deploy, folder, lab }) => {
    const key = join(folder, "id");
    await runTool(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key]);
    const said = await deploy(/IdentityFile .*/, `IdentityFile ${key}`);
    assert.match(
      said,
      /Error: Cannot reach \S+: the server accepts none of the keys \(.*publickey/,
    );
    assert.match(said, new RegExp(`ssh-copy-id ${lab.serverName}\n`));
  }));

test("luma deploy says that the host key changed, and shows the line that forgets the old one", () =>
  withAttempt(async ({ deploy, folder, lab }) => {
    const other = join(folder, "other");
    await runTool(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", other]);
    const known = join(folder, "known_hosts");
    await appendFile(known, `${lab.serverAddress} ${await readFile(`${other}.pub`, "utf8")}`);
    const said = await deploy(/UserKnownHostsFile .*/, `UserKnownHostsFile ${known}`);
    assert.match(said, /its host key is not the one that is known/);
    const line = /forget the old key: (ssh-keygen .*)$/m.exec(said)?.[1] ?? "";
    // The line is one that a person can type as it stands.
    await runTool(["sh", "-c", line]);
    assert.equal(await readFile(known, "utf8"), "");
  }));

test("luma deploy says that nothing listens for SSH there, and how to try it by hand", () =>
  withAttempt(async ({ deploy, lab }) => {
    const said = await deploy(/Port 22/, "Port 9");
    assert.match(said, /Cannot reach \S+: nothing listens for SSH there, or a firewall refuses it/);
    assert.match(
      said,
      new RegExp(`→ Check the port, and that sshd runs there: ssh ${lab.serverName}`),
    );
  }));

test("luma deploy says that a host has no address", () =>
  withAttempt(async ({ deploy }) => {
    const said = await deploy(/HostName .*/, "HostName no-such-host.invalid");
    assert.match(said, /no address is known for this host name\n {2}→ Check the host name/);
  }));
