/**
 * The command lines of ssh, as words.
 *
 * @module
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  parseHostKeyChecking,
  sshArgv,
  sshExitArgv,
  sshResolveArgv,
} from "../../../lib/ssh/ssh_argv.ts";

const plain = { kind: "ssh", name: "web1", host: "web1.example.com" } as const;
const full = { ...plain, user: "luma", port: 2222, keyFile: "/home/a/.ssh/id" } as const;

test("sshArgv() asks for a terminal only where the command shall have one", () => {
  const session = { hostKeyChecking: "yes" } as const;
  assert.equal(sshArgv(plain, { ...session, tty: true }, "top")[1], "-tt");
  assert.equal(sshArgv(plain, { ...session, tty: false }, "top")[1], "-T");
});

test("sshArgv() checks host keys, asks nothing, and shares one connection", () => {
  const session = { hostKeyChecking: "accept-new", controlPath: "/tmp/luma-0/ab%c" } as const;
  assert.deepEqual(sshArgv(plain, session, "exit 0"), [
    ...["ssh", "-T", "-x"],
    ...["-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=accept-new"],
    ...["-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3"],
    ...["-o", "LogLevel=ERROR", "-o", "ClearAllForwardings=yes", "-o", "RemoteCommand=none"],
    ...["-o", "ControlMaster=auto", "-o", "ControlPersist=60s"],
    ...["-o", "ControlPath=/tmp/luma-0/ab%%c"],
    ...["--", "web1.example.com", "exit 0"],
  ]);
});

test("sshArgv() gives user, port and key only when luma.yml does", () => {
  const words = sshArgv(full, { hostKeyChecking: "yes" }, "exit 0").join(" ");
  assert.match(words, / -p 2222 -l luma -i \/home\/a\/\.ssh\/id -- web1\.example\.com exit 0$/);
  assert.doesNotMatch(sshArgv(plain, { hostKeyChecking: "yes" }, "").join(" "), / -[pli] /);
});

test("sshArgv() shares no connection, when there is no folder for its socket", () => {
  const words = sshArgv(plain, { hostKeyChecking: "yes" }, "").join(" ");
  assert.match(words, /-o ControlPath=none/);
  assert.doesNotMatch(words, /ControlMaster/);
});

test("sshArgv() puts a host that looks like an option behind --", () => {
  const server = { ...plain, host: "-oProxyCommand=id" };
  const words = sshArgv(server, { hostKeyChecking: "yes" }, "exit 0");
  assert.deepEqual(words.slice(-3), ["--", "-oProxyCommand=id", "exit 0"]);
});

test("sshResolveArgv() asks for the configuration of the same target", () => {
  assert.deepEqual(
    sshResolveArgv(full, "/c").join(" "),
    "ssh -G -F /c -p 2222 -l luma -i /home/a/.ssh/id -- web1.example.com",
  );
});

test("sshExitArgv() ends the shared connection", () => {
  assert.deepEqual(
    sshExitArgv(plain, { controlPath: "/tmp/luma-0/x" }).join(" "),
    "ssh -O exit -o ControlPath=/tmp/luma-0/x -- web1.example.com",
  );
});

test("parseHostKeyChecking() keeps a stricter yes, and takes nothing looser than accept-new", () => {
  const read = (value: string) =>
    parseHostKeyChecking(`host x\nstricthostkeychecking ${value}\nport 22\n`);
  assert.deepEqual(["true", "yes"].map(read), ["yes", "yes"]);
  const loose = ["ask", "accept-new", "false", "no", "off"].map(read);
  assert.deepEqual(new Set(loose), new Set(["accept-new"]));
  assert.equal(parseHostKeyChecking(""), "accept-new");
});
