/**
 * Starts a document's example of an app, and ends it as a deployment does: with SIGTERM, while it
 * is answering a request that takes a second.
 *
 * @module
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import type { ShellOptions } from "./run_shell.ts";

const START_MS = 60_000;
const END_MS = 10_000;

/** Fails unless the app answers /up, and on SIGTERM what it had begun, and exits with 0. */
export async function checkApp(command: string, options: ShellOptions): Promise<void> {
  const port = await findPort();
  const child = spawn("sh", ["-c", command], {
    cwd: options.folder,
    env: { ...process.env, ...options.env, PORT: String(port) },
    stdio: "ignore",
  });
  const exited = once(child, "exit");
  // A connection that is kept, as the proxy keeps them: it must not hold up the end.
  const agent = new Agent({ keepAlive: true });
  try {
    const deadline = Date.now() + START_MS;
    while (await get(port, "/up", agent).catch(() => "") !== "200 up\n") {
      assert.ok(Date.now() < deadline && child.exitCode === null, `${command}: it does not start`);
      await sleep(100);
    }
    const answer = get(port, "/", agent);
    await sleep(600); // From outside nothing shows that the app has read the request.
    child.kill("SIGTERM");
    assert.equal(await answer, "200 hello\n", `${command}: the request that it had begun`);
    const ended = await Promise.race([exited, sleep(END_MS, ["after its time"], { ref: false })]);
    assert.equal(ended[0], 0, `${command}: how it ended`);
  } finally {
    child.kill("SIGKILL");
    agent.destroy();
  }
}

function get(port: number, path: string, agent: Agent): Promise<string> {
  return new Promise((done, fail) => {
    const call = request({ host: "127.0.0.1", port, path, agent }, (answer) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (text: string) => body += text);
      answer.on("end", () => done(`${answer.statusCode} ${body}`));
      answer.on("error", fail);
    });
    call.on("error", fail);
    call.end();
  });
}

async function findPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
