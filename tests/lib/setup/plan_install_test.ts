import assert from "node:assert/strict";
import { test } from "node:test";
import type { MachineState } from "../../../lib/setup/observe_machine.ts";
import { planInstall } from "../../../lib/setup/plan_install.ts";
import { aMachine } from "./a_machine.ts";

const PORTS = [80, 443];
const RUNNING = { kind: "running", version: "26.1.5" } as const;
const FORBIDDEN = { kind: "forbidden", reason: "permission denied" } as const;

function steps(changes: Partial<MachineState>): readonly string[] {
  return planInstall(aMachine(changes), { ports: PORTS }).steps.map(({ kind }) => kind);
}

function obstacles(changes: Partial<MachineState>) {
  const options = { ports: PORTS, login: "ssh -t luma@web1" };
  return planInstall(aMachine(changes), options).obstacles.map(({ message, hint }) =>
    `${message}\n${hint}`
  );
}

test("planInstall() installs Docker for root, with limited logs from its first start on", () => {
  assert.deepEqual(steps({}), [
    "refresh-packages",
    "limit-logs",
    "install-packages",
    "start-docker",
    "wait-for-docker",
  ]);
  assert.deepEqual(obstacles({}), []);
});

test("planInstall() goes on where apt was ended in the middle", () => {
  const again = steps({ docker: { kind: "unfinished" }, hasDaemonConfig: true });
  assert.deepEqual(again, steps({ hasDaemonConfig: true }));
});

test("planInstall() never plans to write a daemon.json where there is one", () => {
  assert.equal(steps({ hasDaemonConfig: true }).includes("limit-logs"), false);
});

test("planInstall() lets a user with sudo use Docker, which counts from the next login on", () => {
  assert.deepEqual(steps({ user: "luma", privilege: "sudo" }).slice(-4), [
    "start-docker",
    "join-group",
    "log-in-again",
    "wait-for-docker",
  ]);
  assert.deepEqual(steps({ user: "luma", privilege: "sudo", docker: FORBIDDEN }), [
    "join-group",
    "log-in-again",
    "wait-for-docker",
  ]);
});

test("planInstall() does nothing where Docker answers, and nothing is asked of root then", () => {
  assert.deepEqual(steps({ docker: RUNNING, isDockerEnabled: true }), []);
  assert.deepEqual(steps({ docker: RUNNING, privilege: "none" }), []);
  assert.deepEqual(obstacles({ docker: RUNNING, privilege: "none" }), []);
});

test("planInstall() lets a Docker start with the server that does not, as far as it may", () => {
  assert.deepEqual(steps({ docker: RUNNING, isDockerEnabled: false }), ["start-docker"]);
  assert.deepEqual(steps({ docker: RUNNING, isDockerEnabled: false, privilege: "password" }), []);
});

test("planInstall() starts a Docker that is installed and does not run", () => {
  const docker = { kind: "down", reason: "Is the docker daemon running?" } as const;
  assert.deepEqual(steps({ docker, manager: "service" }), ["start-docker", "wait-for-docker"]);
});

test("planInstall() takes what is made from Debian for one, and refuses all others", () => {
  const raspbian = { id: "raspbian", like: ["debian"], name: "Raspbian 12" };
  assert.deepEqual(obstacles({ distribution: raspbian }), []);
  const alpine = { id: "alpine", like: [], name: "Alpine Linux v3.20" };
  assert.deepEqual(obstacles({ distribution: alpine, hasApt: false, manager: "none" }), [
    "web1 runs Alpine Linux v3.20; luma installs Docker on Debian and Ubuntu alone\n" +
    "Install Docker by hand (https://docs.docker.com/engine/install/), then: luma setup web1",
  ]);
  const darwin = { id: "", like: [], name: "Darwin" };
  assert.equal(obstacles({ distribution: darwin, system: "Darwin", hasApt: false }).length, 1);
  assert.deepEqual(obstacles({ distribution: alpine, hasApt: false, docker: RUNNING }), []);
});

test("planInstall() shows the line that does it by hand, where sudo wants a password", () => {
  assert.deepEqual(obstacles({ user: "luma", privilege: "password" }), [
    "that takes root, and sudo wants a password from luma\n" +
    "Do it once by hand, then: luma setup web1\n" +
    "ssh -t luma@web1 'sudo apt-get update && sudo apt-get install -y docker.io ca-certificates iptables && " +
    "sudo systemctl enable --now docker && sudo usermod -aG docker luma'",
  ]);
});

test("planInstall() shows what root has to type, where there is no sudo", () => {
  assert.deepEqual(obstacles({ user: "luma", privilege: "none", docker: FORBIDDEN }), [
    "that takes root, which luma is not, and there is no sudo\n" +
    "Let root do it once, then: luma setup web1\nusermod -aG docker luma",
  ]);
});

test("planInstall() finds a port that is in use, unless the proxy itself has it", () => {
  const listeners = [{ port: 80, program: "nginx", pid: 7 }];
  assert.match(obstacles({ listeners })[0] ?? "", /^port 80 is used by nginx \(process 7\)\n/);
  const containers = [{ container: "luma-proxy-net", ports: [80, 443] }];
  assert.deepEqual(obstacles({ listeners, containers, docker: RUNNING }), []);
});

test("planInstall() accuses no program of the ports, where it could not see the containers", () => {
  const listeners = [{ port: 80 }];
  const found = obstacles({ listeners, user: "luma", privilege: "password", docker: FORBIDDEN });
  assert.equal(found.length, 1);
  assert.match(found[0] ?? "", /^that takes root/);
});

test("planInstall() tells everything that is in the way at once", () => {
  const listeners = [{ port: 443 }];
  assert.equal(obstacles({ listeners, user: "luma", privilege: "none" }).length, 2);
});
