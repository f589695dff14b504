import assert from "node:assert/strict";
import { test } from "node:test";
import { DockerError } from "../../../lib/docker/docker_error.ts";
import { runDocker } from "../../../lib/docker/run_docker.ts";

const CALL = { action: "reach Docker", argv: ["docker", "version"] };

function refusing(stderr: string) {
  const asked: string[] = [];
  const runner = {
    server: "web1",
    run: ({ argv }: { readonly argv: readonly string[] }) => {
      asked.push(argv.join(" "));
      return Promise.resolve(
        argv[0] === "id"
          ? { status: 0, stdout: "anna\n", stderr: "" }
          : { status: 1, stdout: "", stderr },
      );
    },
    close: () => Promise.resolve(),
  };
  return { runner, asked };
}

test("runDocker() names the user whom Docker refuses", async () => {
  const { runner } = refusing("permission denied while trying to connect to the docker API");
  await assert.rejects(runDocker(runner, CALL), (error) => {
    assert.ok(error instanceof DockerError);
    assert.equal(error.kind, "permission");
    assert.match(error.message, /anna may not use Docker there/);
    assert.match(error.hint ?? "", /usermod -aG docker anna\)$/);
    return true;
  });
});

test("runDocker() asks for the user in no other case", async () => {
  const { runner, asked } = refusing("Error: No such image: x");
  await assert.rejects(runDocker(runner, CALL), /No such image/);
  assert.deepEqual(asked, ["docker version"]);
});
