/**
 * The folder that a document's commands run in, and the server that they work on.
 *
 * The rule: a document finds what its reader has: `luma` on the PATH, a server called
 * web.example.com, and the images my-blog:v1 to :v4, of which the third is never healthy and the
 * fourth fails after its health check. What its commands leave is removed.
 *
 * @module
 */
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ensureHostExecutable } from "../../../lib/build/host_executable.ts";
import { ROOT } from "../../docs/list_documents.ts";
import { readLabEnv } from "../../lab/lab_env.ts";
import { runShell, type ShellOptions } from "./run_shell.ts";

/** Removes what documents make, and the proxy with it: its generations never begin anew by themselves. */
const CLEAR = `
for project in site shop; do
  ids=$(docker ps -aq --filter "label=luma.project=$project")
  [ -z "$ids" ] || docker rm -f -v $ids
  docker rm -f web-blue web-green
  docker network disconnect -f "$project-network" luma-proxy-net
  docker network rm "$project-network"
done >/dev/null 2>&1
docker rm -f luma-proxy luma-proxy-net >/dev/null 2>&1
docker volume rm -f luma-proxy-state
`;

/** Gives `body` a prepared folder, and removes everything afterwards. */
export async function withDocumentFolder(
  body: (options: ShellOptions) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "luma-document-"));
  const options = { folder, env: await prepareFolder(folder) };
  try {
    await run(CLEAR, options);
    await body(options);
  } finally {
    await run(CLEAR, options);
    await rm(folder, { recursive: true });
  }
}

async function prepareFolder(folder: string): Promise<Readonly<Record<string, string>>> {
  const lab = readLabEnv();
  const bin = join(folder, ".bin");
  await mkdir(bin);
  await symlink(await ensureHostExecutable("luma"), join(bin, "luma"));
  const sshConfig = await readFile(lab.sshConfigFile, "utf8");
  const config = join(folder, ".ssh_config");
  await writeFile(config, sshConfig.replace(`Host ${lab.serverName}`, "$& web.example.com"));
  const env = {
    PATH: [bin, join(ROOT, "node_modules/.bin"), process.env["PATH"] ?? ""].join(":"),
    DOCKER_HOST: lab.dockerHost,
    LUMA_SSH_CONFIG: config,
    NO_COLOR: "1",
  };
  const tag = (version: string) => `docker tag ${lab.blogImage}:${version} my-blog:${version}`;
  await run(["v1", "v2", "v3", "v4"].map(tag).join(" && "), { folder, env });
  return env;
}

async function run(script: string, options: ShellOptions): Promise<void> {
  const [output] = await runShell([script], options);
  if (output?.status !== 0) throw new Error(`The server could not be prepared: ${output?.text}`);
}
