/**
 * The lab itself: what every integration test stands on.
 *
 * The rule: it starts labs of other names than the one that the other tests use.
 *
 * @module
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { LAB_VARIABLES, readLabEnv } from "./lab_env.ts";
import { startLab, stopLab } from "./lab.ts";
import { listLabNamespaces } from "./lab_network.ts";
import { findFreeBlock, planLab } from "./lab_plan.ts";
import { runTool } from "./run_tool.ts";

test("findFreeBlock() takes the first block that overlaps nothing, whatever its width", () => {
  const takes = (...taken: readonly string[]) => findFreeBlock(taken).servers;
  assert.equal(takes("192.0.2.2", "172.17.0.0/16"), 213);
  assert.equal(takes("10.213.77.1"), 217);
  assert.equal(takes("10.214.0.0/20", "10.216.0.0/14"), 221);
  assert.throws(() => takes("10.0.0.0/8"), /free network/);
});

test("planLab() gives each server addresses of its own", () => {
  const { servers } = planLab("lab", 8, { servers: 213, networks: 214 });
  for (const key of ["name", "address", "dockerHost", "dockerBridge", "dockerPool"] as const) {
    assert.equal(new Set(servers.map((server) => server[key])).size, 8, key);
  }
  assert.deepEqual(
    [servers[7]?.address, servers[7]?.dockerPool],
    ["10.213.0.18", "10.214.224.0/19"],
  );
});

test("readLabEnv() says how to get a lab, when there is none", () => {
  assert.throws(() => readLabEnv({}), /LUMA_TEST_DOCKER_HOST is not set. Run: tests\/run/);
});

test("startLab() makes servers with a Docker and files of their own, and leaves nothing", async () => {
  const lab = await startLab({ name: "lumalab-a", servers: 2 });
  try {
    const ids = [];
    for (const { name, sshConfigFile, address, dockerHost } of lab.servers) {
      const ssh = ["ssh", "-F", sshConfigFile];
      await runTool([...ssh, name, "touch", `/var/lib/luma/${name}`]);
      assert.equal(await runTool([...ssh, address, "ls", "/var/lib/luma"]), name);
      const remote = await runTool([...ssh, name, "docker", "info", "--format", "{{.ID}}"]);
      const direct = await runTool(["docker", "info", "--format", "{{.ID}}"], {
        env: { DOCKER_HOST: dockerHost },
      });
      assert.equal(remote, direct);
      ids.push(remote);
    }
    assert.equal(new Set(ids).size, 2);
  } finally {
    await lab.stop();
  }
  assert.deepEqual(await listLabNamespaces("lumalab-a"), []);
  assert.equal(existsSync("/var/tmp/lumalab-a"), false);
  assert.equal(await runTool(["ip", "link", "show", "lumalab-a0"], { mayFail: true }), "");
});

test("startLab() replaces what a lab whose owner was killed has left", async () => {
  const first = await startLab({ name: "lumalab-b", ownerPid: 0 });
  const running = await runTool(["ip", "netns", "pids", "lumalab-b-1"]);
  const second = await startLab({ name: "lumalab-b" });
  try {
    const now = await runTool(["ip", "netns", "pids", "lumalab-b-1"]);
    const both = running.split("\n").filter((pid) => now.split("\n").includes(pid));
    assert.deepEqual(both, []);
    assert.equal(first.servers[0]?.address, second.servers[0]?.address);
  } finally {
    await stopLab("lumalab-b");
  }
});

test("startLab() refuses, when a process that lives uses the lab", async () => {
  // Process 1 lives as long as the machine.
  const lab = await startLab({ name: "lumalab-c", ownerPid: 1 });
  try {
    await assert.rejects(startLab({ name: "lumalab-c" }), /process 1 uses it/);
  } finally {
    await lab.stop();
  }
});

test(
  "tests/run tells tests of the lab",
  { skip: !process.env[LAB_VARIABLES.dockerHost] },
  async () => {
    const { enter, dockerHost, blogImage } = readLabEnv();
    const env = { DOCKER_HOST: dockerHost };
    const tags = await runTool(["docker", "images", blogImage, "--format", "{{.Tag}}"], { env });
    assert.deepEqual(tags.split("\n").sort(), ["v1", "v2", "v3", "v4"]);
    assert.match(await runTool([...enter, "ip", "addr", "show", "eth0"]), /inet 10\./);
  },
);
