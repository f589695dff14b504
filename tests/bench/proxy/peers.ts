/**
 * The proxies that are compared, each set up as its documentation advises for this work: connections
 * to the upstreams kept alive, the three X-Forwarded fields set, nothing else switched on. One more nginx
 * sets what luma-proxy sets besides, so that one sees what that costs.
 *
 * The rule: every one gets the same routes, processors and upstreams.
 *
 * @module
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runTool } from "../../lab/run_tool.ts";
import { startLuma } from "./luma_peer.ts";
import { prepareProgram, type Running, startProgram } from "./processes.ts";

/** What a proxy is started with. */
export interface PeerSetup {
  /** A folder of its own. */
  readonly folder: string;
  readonly port: number;
  /** The processors that it may use; as many workers are started. */
  readonly cpus: string;
  /** Hosts, each with the ports of its upstreams. */
  readonly routes: readonly { readonly host: string; readonly ports: readonly number[] }[];
  /** Each request writes a line to a file. */
  readonly accessLog: boolean;
}

/** A proxy that can be started. */
export interface Peer {
  readonly name: string;
  /** Why it cannot take part here; none where it can. */
  readonly missing?: string;
  /** Whether it can keep an access log. */
  readonly logs: boolean;
  /** The scenarios in which it takes part; all unless given. */
  readonly only?: readonly string[];
  start(setup: PeerSetup): Promise<Running>;
}

/** What luma-proxy sets beside the three X-Forwarded fields, in nginx's words. */
const SAME_FIELDS = [
  "proxy_set_header X-Request-Id $request_id;",
  'proxy_set_header X-Request-Start "t=${msec}";',
];

/** @param programs Folder of luma-proxy, and of what was built for the benchmark. */
export function listPeers(programs: string): readonly Peer[] {
  const kamal = join(programs, "bench/kamal-proxy");
  const luma = join(programs, "luma-proxy");
  return [
    { name: "nginx", logs: true, start: (setup) => startNginx(setup) },
    { name: "HAProxy", logs: true, start: startHaproxy },
    { name: "Caddy", logs: true, start: startCaddy },
    {
      name: "kamal-proxy",
      logs: false,
      start: (setup) => startKamal(kamal, setup),
      ...(existsSync(kamal) ? {} : { missing: "it could not be built here" }),
    },
    { name: "luma-proxy", logs: true, start: (setup) => startLuma(luma, setup) },
    {
      name: "nginx, same fields",
      logs: true,
      start: (setup) => startNginx(setup, SAME_FIELDS),
      only: ["small"],
    },
  ];
}

function workersOf({ cpus }: PeerSetup): number {
  return cpus.split(",").length;
}

/** Writes a file into the peer's folder. @returns Its path. */
function place(setup: PeerSetup, name: string, text: string): string {
  mkdirSync(setup.folder, { recursive: true });
  const path = join(setup.folder, name);
  writeFileSync(path, text);
  return path;
}

/** @param more Lines for each location. */
function startNginx(setup: PeerSetup, more: readonly string[] = []): Promise<Running> {
  const { folder, port, routes, accessLog } = setup;
  const file = place(
    setup,
    "nginx.conf",
    `worker_processes ${workersOf(setup)};
daemon off;
pid ${folder}/pid;
error_log ${folder}/error.log;
events { worker_connections 16384; }
http {
  access_log ${accessLog ? `${folder}/access.log` : "off"};
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  keepalive_requests 1000000000;
  client_max_body_size 0;
  proxy_request_buffering off;
  proxy_buffering off;
  proxy_http_version 1.1;
  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
${
      routes.map(({ ports }, index) =>
        `  upstream u${index} { ${
          ports.map((each) => `server 127.0.0.1:${each};`).join(" ")
        } keepalive 128; keepalive_requests 1000000000; }`
      ).join("\n")
    }
${
      routes.map(({ host }, index) =>
        `  server {
    listen 127.0.0.1:${port}${index === 0 ? " reuseport" : ""};
    server_name ${host};
    location / {
      proxy_pass http://u${index};
      proxy_set_header Host $http_host;
      proxy_set_header Connection $connection_upgrade;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host $http_host;
${more.map((line) => `      ${line}`).join("\n")}
    }
  }`
      ).join("\n")
    }
}
`,
  );
  return startProgram(["nginx", "-e", `${folder}/error.log`, "-c", file], port, setup);
}

function startHaproxy(setup: PeerSetup): Promise<Running> {
  const { folder, port, routes, accessLog } = setup;
  const file = place(
    setup,
    "haproxy.cfg",
    `global
  nbthread ${workersOf(setup)}
  maxconn 9000
${accessLog ? "  log stdout format raw local0\n" : ""}defaults
  mode http
  timeout connect 5s
  timeout client 75s
  timeout server 300s
  option http-keep-alive
  http-reuse always
${accessLog ? "  log global\n  option httplog\n" : ""}frontend f
  bind 127.0.0.1:${port}
  option forwardfor
  http-request set-header X-Forwarded-Proto http
  http-request set-header X-Forwarded-Host %[req.hdr(Host)]
${
      routes.map(({ host }, index) => `  use_backend b${index} if { hdr(host) -i ${host} }`).join(
        "\n",
      )
    }
${
      routes.map(({ ports }, index) =>
        `backend b${index}\n${
          ports.map((each, at) => `  server s${at} 127.0.0.1:${each}`).join("\n")
        }`
      ).join("\n")
    }
`,
  );
  // It knows no log files: what it prints goes to one.
  const stdout = accessLog ? { stdout: `${folder}/access.log` } : {};
  return startProgram(["haproxy", "-f", file], port, { ...setup, ...stdout });
}

function startCaddy(setup: PeerSetup): Promise<Running> {
  const { folder, port, routes, accessLog } = setup;
  const log = accessLog ? `  log {\n    output file ${folder}/access.log\n  }\n` : "";
  const file = place(
    setup,
    "Caddyfile",
    `{
  admin off
  auto_https off
}
${
      routes.map(({ host, ports }) =>
        `http://${host}:${port} {
  bind 127.0.0.1
${log}  reverse_proxy ${ports.map((each) => `127.0.0.1:${each}`).join(" ")} {
    transport http {
      keepalive_idle_conns_per_host 128
    }
  }
}`
      ).join("\n")
    }
`,
  );
  const env = { HOME: folder, GOMAXPROCS: String(workersOf(setup)) };
  const argv = ["caddy", "run", "--adapter", "caddyfile", "--config", file];
  return startProgram(argv, port, { ...setup, env });
}

async function startKamal(program: string, setup: PeerSetup): Promise<Running> {
  const { folder, port, routes } = setup;
  mkdirSync(folder, { recursive: true });
  const env = {
    XDG_STATE_HOME: folder,
    XDG_RUNTIME_DIR: folder,
    GOMAXPROCS: String(workersOf(setup)),
  };
  const ports = ["--http-port", String(port), "--https-port", String(port + 1)];
  const running = await startProgram([program, "run", ...ports], port, { ...setup, env });
  return await prepareProgram(running, async () => {
    for (const [index, route] of routes.entries()) {
      const targets = route.ports.flatMap((each) => ["--target", `127.0.0.1:${each}`]);
      const words = ["deploy", `s${index}`, ...targets, "--host", route.host];
      await runTool([program, ...words, "--health-check-path", "/"], { env });
    }
  });
}
