import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { observeMachine, parseMachine } from "../../../lib/setup/observe_machine.ts";
import { createLocalRunner } from "../../../lib/ssh/local_runner.ts";

const BARE = `user=luma
privilege=sudo
system=Linux
kernel=6.8.0-31-generic
id=ubuntu
like=debian
name="Ubuntu 24.04 LTS"
apt=yes
manager=systemd
enabled=
listener=LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=12,fd=6))
`;

test("parseMachine() reads a server without Docker", () => {
  assert.deepEqual(parseMachine("web1", BARE), {
    server: "web1",
    user: "luma",
    privilege: "sudo",
    system: "Linux",
    distribution: { id: "ubuntu", like: ["debian"], name: "Ubuntu 24.04 LTS" },
    hasApt: true,
    kernel: "6.8.0-31-generic",
    manager: "systemd",
    docker: { kind: "absent" },
    hasDaemonConfig: false,
    listeners: [{ port: 80, program: "nginx", pid: 12 }],
    containers: [],
  });
});

test("parseMachine() tells a Docker that is down from one that is for others", () => {
  const dockerOf = (status: number, words: string) =>
    parseMachine("web1", `${BARE}docker-status=${status}\ndocker=${words}\n`)?.docker.kind;
  assert.equal(dockerOf(0, "26.1.5"), "running");
  assert.equal(dockerOf(1, "Cannot connect to the Docker daemon at unix:///x"), "down");
  assert.equal(dockerOf(1, "permission denied while trying to connect to x"), "forbidden");
});

test("parseMachine() takes a package that apt has not set up for no Docker that is down", () => {
  const kind = (status: string, answer: string) =>
    parseMachine("web1", `${BARE}docker-package=${status}\n${answer}`)?.docker.kind;
  const down = "docker-status=1\ndocker=Cannot connect to the Docker daemon at unix:///x\n";
  assert.equal(kind("unpacked", down), "unfinished");
  assert.equal(kind("half-configured", ""), "unfinished");
  assert.equal(kind("installed", down), "down");
  assert.equal(kind("config-files", ""), "absent");
});

test("parseMachine() knows whether Docker starts with the server, where systemd told", () => {
  const enabled = (word: string) =>
    parseMachine("web1", BARE.replace("enabled=", `enabled=${word}`))?.isDockerEnabled;
  assert.deepEqual(["enabled", "disabled", "masked", ""].map(enabled), [
    true,
    false,
    undefined,
    undefined,
  ]);
});

test("parseMachine() gives nothing for what no POSIX shell says", () => {
  assert.equal(parseMachine("web1", "This account is not available.\n"), undefined);
});

test("observeMachine() reads this machine in one command", async () => {
  const runner = createLocalRunner({ server: "local" });
  let commands = 0;
  const counted = {
    ...runner,
    run: (command: Parameters<typeof runner.run>[0]) => {
      commands += 1;
      return runner.run(command);
    },
  };
  const machine = await observeMachine(counted);
  assert.equal(commands, 1);
  assert.equal(machine.privilege === "root", process.getuid?.() === 0);
  assert.notEqual(machine.system, "");
});
