/**
 * luma setup on real files of a bare Debian, where Docker is really installed.
 *
 * @module
 */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { readLabEnv } from "../../lab/lab_env.ts";
import { visit } from "../deploy/visit.ts";
import { withBareServer } from "./bare_site.ts";

/** Files that were made or changed since `/root/stamp`; logs and what runs do not count. */
const CHANGED = "find / -xdev -newercm /root/stamp -type f ! -path '/var/log/*' ! -path '/root/*'";

/** A program that has port 80 until it is killed; it tells its process. */
const LISTEN = "setsid perl -MIO::Socket::INET -e '" +
  '$s = IO::Socket::INET->new(LocalPort => 80, Listen => 1) or die; print "$$\\n"; close STDOUT; sleep' +
  "' </dev/null 2>/dev/null &";

function lumaYml(server: string, image: string): string {
  return `name: site
servers: [${server}]
apps:
  blog:
    image: "${image}"
    proxy: { hosts: [blog.test], app_port: 3000 }
`;
}

test("luma setup takes a bare server to ready, as root, and a first deployment serves there", () =>
  withBareServer(async ({ server, folder, luma, lumaOk, root, loadImage }) => {
    const { blogImage } = readLabEnv();
    const address = `root@${server.name}`;
    await root("touch /root/stamp");

    const dry = await lumaOk("setup", "--dry-run", address);
    assert.match(dry, /as root: Docker is not installed\)\n/);
    assert.match(
      dry,
      /\n {4}Installing Docker \(apt-get install docker\.io ca-certificates iptables\)\n/,
    );
    assert.match(dry, /\n {4}Creating luma-proxy-net, which publishes ports 80 and 443\n/);
    assert.equal(await root(CHANGED), "");

    await writeFile(join(folder, "luma.yml"), lumaYml(server.name, `${blogImage}:v1`));
    const early = await luma("deploy");
    assert.equal(early.status, 3);
    assert.match(early.stderr, /Docker is not installed there/);
    assert.match(early.stderr, new RegExp(`→ Install it: luma setup ${server.name}\n`));

    const pid = await root(LISTEN);
    const taken = await luma("setup");
    assert.equal(taken.status, 3);
    assert.match(taken.stderr, new RegExp(`port 80 is used by perl \\(process ${pid}\\)`));
    assert.equal(await root(`kill ${pid}; command -v docker || echo none`), "none");

    const said = await lumaOk("setup");
    assert.match(said, /^\[\S+\] Debian GNU\/Linux 12 \(bookworm\), as root: Docker is not inst/);
    assert.match(said, /\] Starting Docker, now and whenever the server starts[^]*\] Ready ✅\n$/);
    assert.match(await root("cat /etc/docker/daemon.json"), /"max-size": "10m"/);
    // What anybody else starts there is limited, too.
    assert.match(await root("docker info --format '{{.LoggingDriver}}'"), /^json-file$/);
    const nothing = `[${server.name}] Ready ✅ (nothing to do)\n`;
    assert.equal(await lumaOk("setup"), nothing);
    assert.equal(await lumaOk("setup", "--dry-run"), `[${server.name}] setup: nothing to do\n`);

    await loadImage(`${blogImage}:v1`);
    await lumaOk("deploy");
    assert.equal((await visit({ serverAddress: server.address }, "blog.test")).version, "v1");

    await root("docker rm -f luma-proxy luma-proxy-net");
    await root(`docker run -d --name traefik -p 80:3000 ${blogImage}:v1`);
    const container = await luma("setup");
    assert.equal(container.status, 3);
    assert.match(container.stderr, /port 80 is used by the container "traefik"/);
    assert.match(container.stderr, /docker stop traefik/);
    await root(
      "docker rm -f traefik; service docker stop; until [ ! -e /run/docker.pid ]; do :; done",
    );
    assert.match((await luma("status")).stderr, /Docker does not run there .*\n.*luma setup /);
    assert.match(await lumaOk("setup"), /\] Starting Docker[^]*Ready ✅\n$/);
    assert.equal((await visit({ serverAddress: server.address }, "blog.test")).version, "v1");
  }));

test("luma setup works through sudo, and lets the user use Docker from then on", () =>
  withBareServer(async ({ server, folder, start, luma, lumaOk, root }) => {
    const address = `deploy@${server.name}`;
    await root("mv /srv/packages /srv/away; cp /etc/os-release /root/");

    const fetching = await luma("setup", address);
    assert.equal(fetching.status, 3);
    assert.match(fetching.stderr, /`apt-get (update|install)` failed\n(.*\n)*? {2}E: /);
    assert.match(fetching.stderr, /→ Check that deploy@\S+ reaches its packages/);
    await root("mv /srv/away /srv/packages");

    await root(
      "rm /etc/os-release; echo 'ID=alpine\nPRETTY_NAME=\"Alpine Linux v3.20\"' >/etc/os-release",
    );
    const other = await luma("setup", address);
    assert.equal(other.status, 3);
    assert.match(
      other.stderr,
      /runs Alpine Linux v3\.20; luma installs Docker on Debian and Ubuntu/,
    );
    await root("cp /root/os-release /etc/os-release");

    const asked = await luma("setup", `asks@${server.name}`);
    assert.equal(asked.status, 3);
    assert.match(asked.stderr, /that takes root, and sudo wants a password from asks/);
    assert.match(
      asked.stderr,
      /ssh -t asks@\S+ 'sudo apt-get update && .* usermod -aG docker asks'/,
    );

    // Killed in the middle: apt goes on by itself, and the next run waits for it.
    const killed = await start("setup", address);
    const state = "dpkg-query -W -f '${db:Status-Status}' docker.io 2>/dev/null || true";
    while (await root(state) === "") assert.equal(killed.exitCode, null);
    killed.kill("SIGKILL");

    const said = await lumaOk("setup", address);
    assert.match(said, /Letting deploy use Docker: group docker, which is as powerful as root\n/);
    assert.match(said, /Ready ✅\n$/);
    assert.match(await root("id -nG deploy"), /\bdocker\b/);
    assert.equal(await lumaOk("setup", address), `[${address}] Ready ✅ (nothing to do)\n`);
    assert.equal(
      await lumaOk("setup", `root@${server.name}`),
      `[root@${server.name}] Ready ✅ (nothing to do)\n`,
    );

    const guest = `guest@${server.name}`;
    const refused = await luma("setup", guest);
    assert.equal(refused.status, 3);
    assert.match(refused.stderr, /ssh -t guest@\S+ 'sudo usermod -aG docker guest'\n/);
    await writeFile(join(folder, "luma.yml"), lumaYml(guest, "nothing:1"));
    const forbidden = await luma("deploy");
    assert.equal(forbidden.status, 3);
    assert.match(forbidden.stderr, /guest may not use Docker there \(.*permission denied/);
    assert.match(
      forbidden.stderr,
      /→ Let guest use it: luma setup \S+ \(or there, as root: usermod -aG docker guest\)/,
    );
  }));
