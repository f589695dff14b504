/**
 * docker's command lines, one each.
 *
 * @module
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as containers from "../../../lib/docker/container_argv.ts";
import { createOperands, createOptions } from "../../../lib/docker/create_argv.ts";
import * as images from "../../../lib/docker/image_argv.ts";
import * as logs from "../../../lib/docker/log_argv.ts";
import * as networks from "../../../lib/docker/network_argv.ts";
import type { ContainerSpec } from "../../../lib/docker/types.ts";

const line = (words: readonly string[]) => words.join(" ");

test("findByLabelArgv() lists and inspects in one command", () => {
  assert.deepEqual(containers.findByLabelArgv(["luma.project=a b", "luma.app"]), [
    ...["sh", "-c"],
    "ids=$(docker ps -aq --no-trunc --filter 'label=luma.project=a b' --filter 'label=luma.app') || exit\n" +
    '[ -z "$ids" ] || exec docker container inspect $ids',
  ]);
});

test("inspectContainersArgv()", () => {
  assert.equal(
    line(containers.inspectContainersArgv(["a", "b"])),
    "docker container inspect -- a b",
  );
});

test("startArgv()", () => assert.equal(line(containers.startArgv("a")), "docker start -- a"));

test("renameArgv()", () => {
  assert.equal(line(containers.renameArgv("a", "b")), "docker rename -- a b");
});

test("stopArgv() stops only what runs, and rounds the time up", () => {
  const script = line(containers.stopArgv("a", 1500));
  assert.match(script, /\[ "\$ran" = false \] \|\| docker stop -t 2 -- a >\/dev\/null \|\| exit/);
});

test("removeKeepingVolumesArgv()", () => {
  assert.equal(line(containers.removeKeepingVolumesArgv("a")), "docker rm --force -- a");
});

test("removeArgv()", () => {
  assert.equal(line(containers.removeArgv("a")), "docker rm --force --volumes -- a");
});

test("updateRestartArgv()", () => {
  const words = containers.updateRestartArgv(["a", "b"], "unless-stopped");
  assert.equal(line(words), "docker update --restart unless-stopped -- a b");
});

test("logsArgv()", () => {
  assert.equal(line(containers.logsArgv("a", 20)), "sh -c exec docker logs --tail 20 -- a 2>&1");
});

test("execArgv() opens standard input only when there is some", () => {
  const argv = ["cat", "-n"];
  assert.equal(line(containers.execArgv("a", { argv })), "docker exec -- a cat -n");
  const words = containers.execArgv("a", { argv, stdin: "" });
  assert.equal(line(words), "docker exec --interactive -- a cat -n");
});

test("watchExitsArgv() asks for the events since a moment", () => {
  const script = line(logs.watchExitsArgv("luma.app=blog", 1700000000000));
  assert.match(script, /docker events --since 1700000000\.000 --format '\{\{json \.\}\}'/);
  assert.match(
    script,
    /--filter 'type=container' --filter 'event=die' --filter 'label=luma.app=blog'/,
  );
});

const spec: ContainerSpec = {
  ...{ name: "blog-green", image: "blog:1", restart: "no" },
  ...{ labels: { "luma.app": "blog" }, environment: {}, secrets: {} },
};

test("createOptions() gives name, labels and restart policy, and never pulls", () => {
  assert.equal(
    line(createOptions(spec)),
    "--name blog-green --pull never --restart no --label luma.app=blog",
  );
});

test("createOptions() gives network, address and aliases", () => {
  const words = createOptions({ ...spec, network: "n", address: "10.0.0.2", aliases: ["x", "y"] });
  assert.match(line(words), /--network n --ip 10\.0\.0\.2 --network-alias x --network-alias y$/);
});

test("createOptions() shares another container's network", () => {
  const words = createOptions({ ...spec, networkOf: "holder", network: "ignored" });
  assert.match(line(words), /luma\.app=blog --network container:holder$/);
});

test("createOptions() gives limits and everything else", () => {
  const words = createOptions({
    ...spec,
    ...{ volumes: ["v:/p:ro"], ports: ["127.0.0.1:80:80/tcp"], memoryBytes: 1024, cpus: 1.5 },
    ...{ stopTimeoutMs: 30_000, sysctls: { "net.a": "1" }, readOnly: true, init: true },
    ...{ capDrop: ["ALL"], capAdd: ["CHOWN"], tmpfs: ["/tmp:size=1m"], entrypoint: "/e" },
    health: {
      ...{ command: ["luma-health", "a b"], intervalMs: 30_000, timeoutMs: 5000, retries: 3 },
      startPeriodMs: 0,
    },
  });
  assert.equal(
    line(words.slice(8)),
    "--volume v:/p:ro --publish 127.0.0.1:80:80/tcp --memory 1024b --cpus 1.5 --stop-timeout 30 " +
      "--sysctl net.a=1 --read-only --cap-drop ALL --cap-add CHOWN --tmpfs /tmp:size=1m " +
      "--health-cmd luma-health 'a b' --health-interval 30000ms --health-timeout 5000ms " +
      "--health-retries 3 --health-start-period 0ms --init --entrypoint /e",
  );
});

test("createOperands() puts image and command behind --", () => {
  assert.equal(line(createOperands({ ...spec, command: ["-x", "y"] })), "-- blog:1 -x y");
});

test("inspectImageArgv()", () => {
  assert.equal(line(images.inspectImageArgv("a:1")), "docker image inspect -- a:1");
});

test("listImagesArgv()", () => {
  const words = images.listImagesArgv("luma/a-b:*");
  assert.equal(
    line(words),
    "docker image ls --no-trunc --format {{json .}} --filter reference=luma/a-b:*",
  );
});

test("pullArgv()", () => assert.equal(line(images.pullArgv("a:1")), "docker pull -- a:1"));

test("tagArgv()", () => assert.equal(line(images.tagArgv("a", "b:1")), "docker tag -- a b:1"));

test("untagArgv()", () => assert.equal(line(images.untagArgv("b:1")), "docker rmi -- b:1"));

test("inspectNetworkArgv()", () => {
  assert.equal(line(networks.inspectNetworkArgv("n")), "docker network inspect -- n");
});

test("createNetworkArgv() gives the address plan, when there is one", () => {
  const labels = { "luma.project": "p" };
  assert.equal(
    line(networks.createNetworkArgv({ name: "n", labels })),
    "docker network create --driver bridge --label luma.project=p -- n",
  );
  const plan = { subnet: "10.0.0.0/24", gateway: "10.0.0.1", ipRange: "10.0.0.128/25" };
  assert.equal(
    line(networks.createNetworkArgv({ name: "n", labels: {}, plan })),
    "docker network create --driver bridge --subnet 10.0.0.0/24 --gateway 10.0.0.1 " +
      "--ip-range 10.0.0.128/25 -- n",
  );
});

test("probeSubnetArgv() removes what it made, under a name of its own", () => {
  const script = line(networks.probeSubnetArgv("n"));
  assert.match(script, /docker network create --driver bridge -- n-probe-\$\$/);
  assert.match(script, /docker network rm "\$id"/);
});

test("removeNetworkArgv()", () => {
  assert.equal(line(networks.removeNetworkArgv("1")), "docker network rm -- 1");
});

test("listNetworksArgv()", () => {
  assert.equal(
    line(networks.listNetworksArgv("n")),
    "docker network ls --no-trunc --format {{.ID}} {{.Name}} --filter name=n",
  );
});

test("connectArgv()", () => {
  assert.equal(line(networks.connectArgv("c", "n")), "docker network connect -- n c");
});
