/**
 * Stand-ins for the images that init's Dockerfiles begin with, for a Docker that reaches no registry:
 * the runtimes of this machine on the base image, with the users and folders of the real ones.
 *
 * @module
 */
import { execFile, execFileSync } from "node:child_process";
import { copyFile, cp, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { readLabEnv } from "../../lab/lab_env.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const run = promisify(execFile);

const BASE = "FROM debian:bookworm-slim\n";

/** What is copied into an image, and its Dockerfile. */
interface StandIn {
  readonly dockerfile: string;
  /** Puts the files into the build's context. */
  fill(folder: string): Promise<void>;
}

const STAND_INS: Readonly<Record<string, StandIn>> = {
  "oven/bun:1-slim": {
    dockerfile:
      `${BASE}RUN useradd --uid 1000 bun\nCOPY bun /usr/local/bin/bun\nWORKDIR /home/bun/app\n`,
    fill: (folder) => copyProgram("bun", folder),
  },
  "denoland/deno:2": {
    dockerfile: `${BASE}RUN useradd --uid 1993 --create-home deno && mkdir /deno-dir && ` +
      "chown deno /deno-dir\nENV DENO_DIR=/deno-dir\nCOPY deno /usr/local/bin/deno\n",
    fill: (folder) => copyProgram("deno", folder),
  },
  "node:22-slim": {
    dockerfile:
      `${BASE}RUN useradd --uid 1000 node\nCOPY libraries /usr/local/lib\nRUN ldconfig\n` +
      "COPY node /usr/local/bin/node\n" +
      "COPY node_modules /usr/local/lib/node_modules\n" +
      "RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm\n",
    fill: fillNode,
  },
};

/** Makes the image `name` in the lab's Docker; none of that name may be there but another stand-in. */
export async function makeStandIn(name: string): Promise<void> {
  const standIn = STAND_INS[name];
  if (standIn === undefined) throw new Error(`There is no stand-in for ${name}`);
  const folder = await mkdtemp(join(tmpdir(), "luma-stand-in-"));
  try {
    await standIn.fill(folder);
    await writeFile(join(folder, "Dockerfile"), standIn.dockerfile);
    const env = { ...process.env, DOCKER_HOST: readLabEnv().dockerHost };
    await run("docker", ["build", "--quiet", "--tag", name, folder], { env });
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function copyProgram(name: string, folder: string): Promise<void> {
  await copyFile(await realpath(join(ROOT, "node_modules/.bin", name)), join(folder, name));
}

/** Libraries that the base image has: those of the C and C++ compilers. */
const IN_BASE = /\/lib(?:c|m|dl|rt|pthread|stdc\+\+|gcc_s)\.so/;

/** Node.js of this machine, with the libraries and the packages that its npm stands on. */
async function fillNode(folder: string): Promise<void> {
  const find = async (name: string) =>
    await realpath(execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim());
  const node = await find("node");
  await copyFile(node, join(folder, "node"));
  // …/node_modules/npm/bin/npm-cli.js
  const packages = dirname(dirname(dirname(await find("npm"))));
  await cp(packages, join(folder, "node_modules"), { recursive: true });
  await mkdir(join(folder, "libraries"));
  const libraries = execFileSync("ldd", [node], { encoding: "utf8" }).matchAll(/=> (\/\S+)/g);
  for (const [, path = ""] of libraries) {
    if (!IN_BASE.test(path)) await copyFile(path, join(folder, "libraries", basename(path)));
  }
}
