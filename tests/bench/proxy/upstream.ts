/**
 * What stands behind the proxies: nginx with fixed answers for most, and a program of our own for
 * uploads and WebSockets, which nginx would answer too early or not at all.
 *
 * @module
 */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Running, startProgram } from "./processes.ts";

/** The ports of the fixed answers; four, so that a route can have several replicas. */
export const FIXED_PORTS: readonly number[] = [19_001, 19_002, 19_003, 19_004];
/** The port of the program that takes uploads and echoes WebSockets. */
export const ECHO_PORT = 19_010;

const SIZES: Readonly<Record<string, number>> = { "10k": 10_240, "10m": 10 * 1024 * 1024 };

/** Starts both on the processors of `cpus`. */
export async function startUpstreams(folder: string, cpus: string): Promise<readonly Running[]> {
  const root = join(folder, "www");
  mkdirSync(root, { recursive: true });
  // The workers of nginx give up their rights.
  for (const each of [folder, root]) chmodSync(each, 0o755);
  for (const [name, sizeBytes] of Object.entries(SIZES)) {
    writeFileSync(join(root, name), "x".repeat(sizeBytes));
  }
  const file = join(folder, "upstream.conf");
  writeFileSync(
    file,
    `worker_processes 1;
daemon off;
pid ${folder}/upstream.pid;
error_log ${folder}/upstream.log;
events { worker_connections 16384; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  keepalive_requests 1000000000;
  keepalive_timeout 300s;
  sendfile on;
  tcp_nopush on;
  open_file_cache max=10;
  server {
${FIXED_PORTS.map((port) => `    listen 127.0.0.1:${port};`).join("\n")}
    root ${root};
    location = / { return 200 "${"x".repeat(100)}"; }
    location = /up { return 200 "ok"; }
  }
}
`,
  );
  const echo = fileURLToPath(new URL("echo_server.ts", import.meta.url));
  return [
    await startProgram(["nginx", "-e", `${folder}/upstream.log`, "-c", file], FIXED_PORTS[0] ?? 0, {
      cpus,
    }),
    await startProgram([process.execPath, echo, String(ECHO_PORT)], ECHO_PORT, { cpus }),
  ];
}
