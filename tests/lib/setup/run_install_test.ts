import assert from "node:assert/strict";
import { test } from "node:test";
import { DockerError } from "../../../lib/docker/docker_error.ts";
import { LumaError } from "../../../lib/error.ts";
import type { InstallStep } from "../../../lib/setup/install_step.ts";
import { type InstallSession, runInstall } from "../../../lib/setup/run_install.ts";
import type { Command, Output } from "../../../lib/ssh/runner.ts";
import { fakeServer } from "../../fixtures/fake_server.ts";

const DONE: Output = { status: 0, stdout: "", stderr: "" };

interface Fake {
  readonly answer?: (command: Command) => Output;
  /** What `docker version` throws, one after the other; then it answers. */
  readonly silences?: readonly Error[];
  readonly isLocal?: boolean;
}

function fake({ answer = () => DONE, silences = [], isLocal = false }: Fake = {}) {
  const { effects, events } = fakeServer();
  const left = [...silences];
  const commands: Command[] = [];
  const makeSession = (name: string): InstallSession & { readonly name: string } => ({
    name,
    runner: {
      server: "web1",
      run: (command) => {
        commands.push(command);
        return Promise.resolve(answer(command));
      },
      close: () => Promise.resolve(),
    },
    docker: {
      ...effects.docker,
      info: () => {
        const error = left.shift();
        return error === undefined
          ? Promise.resolve({} as Awaited<ReturnType<typeof effects.docker.info>>)
          : Promise.reject(error);
      },
    },
  });
  const run = (steps: readonly InstallStep[], signal = new AbortController().signal) =>
    runInstall(steps, {
      ...effects,
      session: makeSession("first"),
      sudo: false,
      ...(isLocal ? {} : { reconnect: () => Promise.resolve(makeSession("second")) }),
    }, signal);
  const said = () => events.map((event) => event.kind === "setup" ? event.message : event.kind);
  return { run, said, commands };
}

const down = new DockerError("daemon-down", "not yet");

test("runInstall() says each step before it does it", async () => {
  const { run, said } = fake({ answer: () => ({ ...DONE, status: 1, stderr: "E: no" }) });
  await assert.rejects(run([{ kind: "refresh-packages" }, { kind: "limit-logs" }]));
  assert.deepEqual(said(), ["Reading the newest lists of packages (apt-get update)"]);
});

test("runInstall() goes on over the new connection after logging in again", async () => {
  const { run } = fake({ silences: [down, down] });
  const session = await run([{ kind: "log-in-again", user: "luma" }, { kind: "wait-for-docker" }]);
  assert.equal(session.name, "second");
});

test("runInstall() asks a person on this machine to log in again", async () => {
  const { run } = fake({ isLocal: true });
  await assert.rejects(run([{ kind: "log-in-again", user: "luma" }]), (error) => {
    assert.ok(error instanceof LumaError);
    assert.match(error.hint ?? "", /newgrp docker\), then: luma setup web1$/);
    return true;
  });
});

test("runInstall() waits for a Docker that starts, and for nothing else", async () => {
  await fake({ silences: [down] }).run([{ kind: "wait-for-docker" }]);
  const forbidden = new DockerError("permission", "not you");
  await assert.rejects(
    fake({ silences: [forbidden] }).run([{ kind: "wait-for-docker" }]),
    forbidden,
  );
});

test("runInstall() gives up a Docker that does not answer within a minute", async () => {
  const silences = Array.from({ length: 1_000 }, () => down);
  await assert.rejects(fake({ silences }).run([{ kind: "wait-for-docker" }]), down);
});

test("runInstall() shows apt's words, also those of the step before, and what to do", async () => {
  const { run } = fake({
    answer: ({ argv }) =>
      argv.some((word) => word.includes("apt-get -q update"))
        ? { ...DONE, stderr: "Ign:1 x\nW: Failed to fetch x  Could not resolve 'mirror'\n" }
        : {
          ...DONE,
          status: 100,
          stderr: "Reading lists...\nE: Unable to locate package docker.io\n",
        },
  });
  const steps: readonly InstallStep[] = [
    { kind: "refresh-packages" },
    { kind: "install-packages", packages: ["docker.io"] },
  ];
  await assert.rejects(run(steps), (error) => {
    assert.ok(error instanceof LumaError);
    assert.equal(
      error.message,
      "Cannot set up web1: `apt-get install` failed\n" +
        "  W: Failed to fetch x  Could not resolve 'mirror'\n" +
        "  E: Unable to locate package docker.io",
    );
    assert.match(error.hint ?? "", /a source that has docker\.io .*then: luma setup web1$/);
    return true;
  });
});

test("runInstall() lets apt come to its end when it is interrupted, and does no further step", async () => {
  const controller = new AbortController();
  const { run, commands } = fake({
    answer: () => {
      controller.abort(new Error("Interrupted"));
      return DONE;
    },
  });
  const steps: readonly InstallStep[] = [{ kind: "refresh-packages" }, { kind: "limit-logs" }];
  await assert.rejects(run(steps, controller.signal), /Interrupted/);
  assert.equal(commands.length, 1);
  assert.equal(commands[0]?.signal, undefined);
});
