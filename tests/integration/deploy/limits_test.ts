import assert from "node:assert/strict";
import { test } from "node:test";
import { withProject } from "./project.ts";

/** A worker that ends on SIGTERM, with more lines below it. */
function sleeper(more: string): string {
  return `  sleeper:
    image: debian:bookworm-slim
    command: ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.2; done"]
    health_check: { command: "true" }
    deploy: { watch: 100ms }
${more}`;
}

test("luma deploy limits memory, processors and logs, and deploys anew for another limit", () =>
  withProject("local", async ({ write, lumaOk, runner }) => {
    const inside = async (container: string, script: string): Promise<string> => {
      const argv = ["docker", "exec", container, "sh", "-c", script];
      const { status, stdout, stderr } = await runner.run({ argv });
      assert.equal(status, 0, stderr);
      return stdout.trim();
    };
    const memory = "cat /sys/fs/cgroup/memory.max 2>/dev/null || " +
      "cat /sys/fs/cgroup/memory/memory.limit_in_bytes";
    const cpus = "cat /sys/fs/cgroup/cpu.max 2>/dev/null || " +
      "echo $(cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/cpu/cpu.cfs_period_us)";
    await write(sleeper("    memory: 64m\n    cpus: 0.5\n"));
    await lumaOk("deploy");
    assert.equal(await inside("sleeper-blue", memory), String(64 * 1024 * 1024));
    assert.equal(await inside("sleeper-blue", cpus), "50000 100000");
    const format = "{{json .HostConfig.LogConfig}}";
    const logs = await runner.run({
      argv: ["docker", "inspect", "--format", format, "sleeper-blue"],
    });
    assert.deepEqual(JSON.parse(logs.stdout), {
      Type: "json-file",
      Config: { "max-file": "3", "max-size": "10m" },
    });
    await write(sleeper("    memory: 128m\n    cpus: 0.5\n"));
    assert.match((await lumaOk("plan")).stdout, /blue → green: limits changed/);
    await lumaOk("deploy");
    assert.equal(await inside("sleeper-green", memory), String(128 * 1024 * 1024));
  }));
