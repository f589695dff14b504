/**
 * A program in the place of luma-proxy, and the checkout it stands in, for tests of its image.
 *
 * The rule: it shows what a program finds in the image, and nothing of what the proxy does.
 *
 * @module
 */
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Host, observeHost } from "../../../lib/proxy_image/host.ts";

const REPOSITORY = fileURLToPath(new URL("../../..", import.meta.url));

const PROGRAM = `
import dns from "node:dns/promises";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { basename } from "node:path";
import { type Words, VERSION } from "./version.ts";

const [command, ...words]: Words = process.argv.slice(2);
if (command === "run") setInterval(() => {}, 1 << 30);
else if (command === "resolve") {
  const name = words[0] ?? "";
  const [answer] = await dns.resolve4(name);
  console.log(JSON.stringify({ resolve4: answer, lookup: (await dns.lookup(name)).address }));
} else if (command === "again") {
  const self = process.argv[1]?.includes("bunfs") ? [] : [process.argv[1] ?? ""];
  const script = "Deno" in globalThis ? ["run", "-A", ...self] : self;
  console.log(spawnSync(process.execPath, [...script, "--version"]).stdout.toString().trim());
} else if (command === "write") writeFileSync(words[0] ?? "", "x");
else console.log(VERSION, basename(process.argv0), process.env["LUMA_RUN_AS"], command);
process.on("SIGTERM", () => process.exit(0));
`;

/** A checkout with the stand-in in the place of the proxy. */
export interface StandIn {
  readonly folder: string;
  /** This process, as if it had been started in that checkout. */
  readonly host: Host;
  /** Changes what the program says its version is. */
  setVersion(version: string): Promise<void>;
  remove(): Promise<void>;
}

/** Makes a checkout in a temporary folder. */
export async function makeStandIn(): Promise<StandIn> {
  const folder = await mkdtemp(join(tmpdir(), "luma-stand-in-"));
  await mkdir(join(folder, "proxy"));
  await writeFile(join(folder, "proxy/luma_proxy.ts"), PROGRAM);
  await writeFile(join(folder, "proxy/luma_health.ts"), `console.log("health");\n`);
  await symlink(join(REPOSITORY, "node_modules"), join(folder, "node_modules"));
  const setVersion = (version: string) =>
    writeFile(
      join(folder, "proxy/version.ts"),
      `export type Words = readonly string[];\nexport const VERSION = "${version}";\n`,
    );
  await setVersion("1.2.3");
  return {
    folder,
    host: { ...await observeHost(), rootUrl: `${pathToFileURL(folder).href}/` },
    setVersion,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
