import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { withRegistry } from "../../lab/lab_registry.ts";
import { waitFor } from "../deploy/crash_run.ts";
import { type Project, withProject } from "../deploy/project.ts";

const LOGIN = { user: "acme", password: "p4ss'$w0rd-of-a-registry" };

async function docker({ runner }: Project, ...args: readonly string[]): Promise<void> {
  const { status, stderr } = await runner.run({ argv: ["docker", ...args] });
  assert.equal(status, 0, stderr);
}

/** Brings an image into the registry, by a login of its own that nothing is left of. */
async function publish(project: Project, image: string): Promise<void> {
  const script =
    `DOCKER_CONFIG=$(mktemp -d) && export DOCKER_CONFIG && cat >"$DOCKER_CONFIG/config.json"
docker tag debian:bookworm-slim "$1" && docker push --quiet "$1" && docker rmi "$1"
status=$?; rm -rf "$DOCKER_CONFIG"; exit $status`;
  const auth = Buffer.from(`${LOGIN.user}:${LOGIN.password}`).toString("base64");
  const { status, stderr } = await project.runner.run({
    argv: ["sh", "-c", script, "publish", image],
    stdin: JSON.stringify({ auths: { [image.replace(/\/.*/, "")]: { auth } } }),
  });
  assert.equal(status, 0, stderr);
}

async function writeSecret({ folder }: Project, name: string, password: string): Promise<void> {
  await mkdir(join(folder, ".luma"), { recursive: true });
  const quoted = password.replace(/[\\"]/g, "\\$&");
  await writeFile(join(folder, ".luma", "secrets"), `${name}="${quoted}"\n`, { mode: 0o600 });
}

/** What a login could have left on the server: files in the usual folders that have the password in them. */
async function findTraces({ lab, runner }: Project): Promise<string> {
  const auth = Buffer.from(`${LOGIN.user}:${LOGIN.password}`).toString("base64");
  const script = `ls -d /tmp/luma-login-* 2>/dev/null
grep -rlF -e "$1" -e "$2" /root/.docker /var/lib/luma /var/log 2>/dev/null; exit 0`;
  const words = ["sh", "-c", script, "look", auth, LOGIN.password];
  return (await runner.run({ argv: [...lab.enter, ...words] })).stdout;
}

const worker = (image: string, login: string) =>
  `  worker:
    image: ${image}
    command: ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done"]
    deploy: { watch: 100ms }
${login}`;

test("luma deploy pulls with the app's own login, and leaves nothing of it on the server", () =>
  withProject("ssh", (project) =>
    withRegistry(project.lab, async (registry) => {
      const { name, write, luma, lumaOk } = project;
      const image = `${registry.name}/${name}:1`;
      await publish(project, image);
      const login =
        `    registry: { url: "http://${registry.name}", username: ${LOGIN.user}, password_secret: TOKEN }\n`;
      await write(worker(image, ""));
      const without = await luma("deploy");
      assert.equal(without.code, 3);
      assert.match(
        without.stderr,
        /Cannot get image .*basic auth|Cannot get image .*unauthorized/s,
      );
      assert.match(without.stderr, /registry: in luma\.yml/);

      await write(worker(image, login));
      await writeSecret(project, "TOKEN", "wrong-password");
      const wrong = await luma("deploy");
      assert.equal(wrong.code, 3);
      assert.match(wrong.stderr, /Cannot log in at 127\.0\.0\.1:\d+ as acme on /);
      assert.match(
        wrong.stderr,
        /→ Check registry\.username .* the secret TOKEN in \.luma\/secrets/,
      );
      assert.ok(!wrong.stderr.includes("wrong-password"), wrong.stderr);
      assert.equal(await findTraces(project), "");

      await writeSecret(project, "TOKEN", LOGIN.password);
      const deployed = await lumaOk("--json", "--verbose", "deploy");
      assert.match(deployed.stdout, /"kind":"pulling"/);
      assert.ok(!(deployed.stdout + deployed.stderr).includes("p4ss"), deployed.stderr);
      assert.equal(await findTraces(project), "");
      assert.equal((await lumaOk("redeploy", "--if-changed")).stdout, "");
      for (
        const container of await project.docker.findContainersByLabel([`luma.project=${name}`])
      ) {
        await project.docker.removeContainer(container.name);
      }
      await docker(project, "rmi", image);
    }, `${LOGIN.user}:${LOGIN.password}`)));

test("luma deploy that is killed while a registry does not answer leaves no login on the server", () =>
  withProject("ssh", (project) =>
    withRegistry(project.lab, async (registry) => {
      const { name, write, start } = project;
      const login =
        `    registry: { url: "http://${registry.name}", username: ${LOGIN.user}, password_secret: TOKEN }\n`;
      await write(worker(`${registry.name}/${name}:silent`, login));
      await writeSecret(project, "TOKEN", LOGIN.password);
      const deployment = start("deploy");
      // Docker itself would go on waiting for that answer.
      const early = await Promise.race([registry.silent.then(() => undefined), deployment.ended]);
      if (early !== undefined) assert.fail(early.stderr);
      assert.notEqual(await findTraces(project), "");
      deployment.kill("SIGKILL");
      await deployment.ended;
      await waitFor(async () => await findTraces(project) === "" ? true : undefined);
    }, `${LOGIN.user}:${LOGIN.password}`)));

test("luma deploy pulls with the login of `docker`, whose password is a secret of the environment", () =>
  withProject("local", (project) =>
    withRegistry(project.lab, async (registry) => {
      const { name, folder, lumaOk, docker: engine } = project;
      const image = `${registry.name}/${name}:1`;
      await publish(project, image);
      await writeSecret(project, "DOCKER_REGISTRY_PASSWORD", LOGIN.password);
      await writeFile(
        join(folder, "luma.yml"),
        `name: ${name}\ndocker: { registry: "${registry.name}", username: ${LOGIN.user} }\napps:\n` +
          worker(image, ""),
      );
      assert.match((await lumaOk("deploy")).stdout, /Deployment complete/);
      assert.equal(await findTraces(project), "");
      for (const container of await engine.findContainersByLabel([`luma.project=${name}`])) {
        await engine.removeContainer(container.name);
      }
      await docker(project, "rmi", image);
    }, `${LOGIN.user}:${LOGIN.password}`)));
