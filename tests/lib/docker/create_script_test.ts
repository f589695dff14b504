/**
 * The script that creates a container, and that no secret leaves standard input.
 *
 * @module
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Secret } from "../../../lib/config/secret.ts";
import { createContainerWithLabels } from "../../../lib/docker/create_container.ts";
import { formatCreateScript } from "../../../lib/docker/create_script.ts";
import { AddressTakenError, DockerError } from "../../../lib/docker/docker_error.ts";
import type { ContainerSpec } from "../../../lib/docker/types.ts";
import type { Command, Output, Runner } from "../../../lib/ssh/runner.ts";

const PEM = "-----BEGIN KEY-----\nMIIEvQ'IB$(id)\n-----END KEY-----\n";

const spec: ContainerSpec = {
  ...{ name: "blog-green", image: "blog:1", restart: "no", labels: {} },
  environment: { PATH: "/app/bin", DOCKER_HOST: "tcp://elsewhere", "odd.name": " a'b " },
  secrets: { TOKEN: new Secret("hunter2hunter2"), KEY: new Secret(PEM) },
};

/** A server that answers every command alike, and writes down what it was asked. */
function createFakeRunner(answer: Output): { runner: Runner; asked: Command[] } {
  const asked: Command[] = [];
  const run = (command: Command) => {
    asked.push(command);
    return Promise.resolve(answer);
  };
  return { runner: { server: "web1", run, close: () => Promise.resolve() }, asked };
}

function commandLines(script: string): readonly string[] {
  return script.split("\n").filter((line) => line.startsWith("docker "));
}

test("formatCreateScript() has no value of the environment in docker's words", () => {
  const [create = ""] = commandLines(formatCreateScript(spec));
  assert.match(create, /^docker create "\$@" --env-file \/dev\/fd\/3 -e KEY --name blog-green /);
  for (const value of ["hunter2", "MIIE", "/app/bin", "elsewhere", "a'b"]) {
    assert.ok(!create.includes(value), create);
  }
});

test("formatCreateScript() exports only values of several lines, so that PATH stays docker's own", () => {
  const exports = formatCreateScript(spec).match(/^export .*$/gm);
  assert.deepEqual(exports, ["export KEY='-----BEGIN KEY-----"]);
});

test("formatCreateScript() does nothing before its last lines are there", () => {
  const script = formatCreateScript(spec);
  assert.match(script, /^luma_create\(\) \{\n/);
  assert.match(script, /\n\}\nluma_create\nexit\n$/);
});

test("formatCreateScript() refuses a name that Docker or the shell would misread", () => {
  const names = ["", "A B", "A=B", "A\n"];
  for (const name of names) {
    const odd = { ...spec, environment: { [name]: "x" } };
    assert.throws(() => formatCreateScript(odd), DockerError, JSON.stringify(name));
  }
  for (const name of ["odd.name", "PATH", "DOCKER_HOST", "https_proxy"]) {
    const secrets = { [name]: new Secret("two\nlines of secret") };
    assert.throws(() => formatCreateScript({ ...spec, secrets }), (error: unknown) => {
      assert.ok(error instanceof DockerError);
      assert.ok(!`${error.message}${error.hint}`.includes("lines of secret"));
      return true;
    });
  }
});

test("formatCreateScript() locks before it looks, and looks before it creates", () => {
  const script = formatCreateScript({
    ...spec,
    ...{ network: "n", address: "10.0.0.2" },
    exclusiveAddress: { lockFile: "/var/lib/luma/a b/lock", label: "luma.project=p" },
  });
  const at = ["mkdir -p '/var/lib/luma/a b'", "flock -n 9", "docker ps -aq", "docker create"]
    .map((part) => script.indexOf(part));
  assert.ok(!at.includes(-1), script);
  assert.deepEqual(at, at.toSorted((a, b) => a - b));
});

test("createContainerWithLabels() shows secrets in no command line and in no error", async () => {
  const stderr = "Error response from daemon: bad value hunter2hunter2, MIIEvQ'IB$(id)\n";
  const { runner, asked } = createFakeRunner({ status: 1, stdout: "", stderr });
  await assert.rejects(createContainerWithLabels(runner, spec), (error: unknown) => {
    assert.ok(error instanceof DockerError);
    assert.equal(
      error.message,
      'Cannot create the container "blog-green" on web1: bad value [secret], [secret]',
    );
    return true;
  });
  assert.deepEqual(asked.map(({ argv }) => argv), [["sh", "-s"]]);
  assert.match(String(asked[0]?.stdin), /hunter2hunter2/);
});

test("createContainerWithLabels() throws AddressTakenError, when the address is taken", async () => {
  const stderr = "luma: address 10.0.0.2 is taken by blog-blue\n";
  const { runner } = createFakeRunner({ status: 1, stdout: "", stderr });
  await assert.rejects(createContainerWithLabels(runner, spec), AddressTakenError);
});

test("createContainerWithLabels() fails, when docker gives no id", async () => {
  const { runner } = createFakeRunner({ status: 0, stdout: "WARNING: x\n", stderr: "" });
  await assert.rejects(createContainerWithLabels(runner, spec), /docker gave no id/);
});
