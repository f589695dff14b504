/**
 * Serves a page that shows what runs: every app on every server, its health at this moment, and what
 * the proxy counts.
 *
 *     bun status_page.ts 8090
 *     deno run -A status_page.ts 8090
 *
 * It listens on 127.0.0.1 alone, and looks again when somebody looks, at most every 5 s.
 *
 * @module
 */
import { createServer } from "node:http";
import process from "node:process";
import { type AppStatus, LumaError, openProject, type ServerState } from "@luma/cli";

const FRESH_MS = 5_000;
const MARKS: Readonly<Record<AppStatus["status"], string>> = {
  running: "good",
  degraded: "bad",
  stopped: "bad",
  unreachable: "❓",
  "not deployed": "none",
};

const project = await openProject({ allowMissingSecrets: true, report: () => {} });

/** Everything that the page shows. */
interface View {
  readonly apps: readonly AppStatus[];
  readonly servers: readonly ServerState[];
}

async function look(): Promise<View> {
  const names = project.config.servers.map(({ name }) => name);
  const [apps, servers] = await Promise.all([project.status(), Promise.all(names.map(observe))]);
  return { apps, servers: servers.flat() };
}

/** A server as it is now; nothing of one that cannot be reached, of which the apps tell. */
async function observe(name: string): Promise<readonly ServerState[]> {
  await using server = project.server(name);
  try {
    return [await server.observe()];
  } catch (error) {
    if (!(error instanceof LumaError)) throw error;
    return [];
  }
}

let seen: { readonly atMs: number; readonly view: Promise<View> } | undefined;

function lookAgain(): Promise<View> {
  if (seen === undefined || Date.now() - seen.atMs > FRESH_MS) {
    seen = { atMs: Date.now(), view: look() };
  }
  return seen.view;
}

function escape(text: string | number): string {
  return String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function formatApp(app: AppStatus, { servers }: View): string {
  const state = servers.find(({ server }) => server === app.server);
  const routes = state?.proxy.kind === "running" ? state.proxy.status.routes : [];
  const route = routes.find((one) => one.project === app.project && one.app === app.app);
  const counted = app.active === undefined ? undefined : route?.byColor[app.active];
  const { running, wanted } = app.replicas;
  const health = app.health === undefined ? "—" : `${app.health.healthy}/${app.health.total}`;
  const since = app.deployedAtMs === undefined ? "—" : new Date(app.deployedAtMs).toISOString();
  const notes = [...app.notes, ...(app.health?.errors ?? [])];
  const cells = [
    `<b class="${MARKS[app.status]}">${escape(app.status)}</b>`,
    `<b>${escape(app.app)}</b><br>${
      notes.map((note) => `<small>${escape(note)}</small>`).join("<br>")
    }`,
    escape(app.server),
    app.active === undefined ? "—" : `<i class="${app.active}"></i>${app.active}`,
    `${running}/${wanted}`,
    health,
    counted === undefined ? "—" : `${counted.requests} (${counted.failed} failed)`,
    escape(since.slice(0, 16).replace("T", " ")),
  ];
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
}

function formatServer({ server, docker, facts, containers }: ServerState): string {
  const free = facts.diskFreeBytes === undefined
    ? ""
    : `, ${(facts.diskFreeBytes / 2 ** 30).toFixed(1)} GiB of disk free`;
  return `<li>${escape(server)}: Docker ${
    escape(docker.version)
  }, ${containers.length} containers of Luma${free}`;
}

function formatPage(view: View): string {
  const heads = ["", "App", "Server", "Color", "Replicas", "Healthy", "Requests", "Deployed (UTC)"];
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="10">
<title>${escape(project.config.name)}</title><style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 3rem auto; max-width: 70rem; padding: 0 1rem; color: #222 }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .5rem .75rem; border-bottom: 1px solid #ddd; vertical-align: top; white-space: nowrap }
th { color: #666; font-weight: normal } small { color: #a40; white-space: normal } i { display: inline-block; width: .7em; height: .7em; border-radius: 50%; margin-right: .4em }
.good { color: #18794e } .bad { color: #c62a2f } .none { color: #777 } i.blue { background: #0b68cb } i.green { background: #2a9d62 }
</style><h1>${escape(project.config.name)}</h1>
<table><tr>${heads.map((head) => `<th>${head}</th>`).join("")}</tr>
${view.apps.map((app) => formatApp(app, view)).join("\n")}</table>
<ul>${view.servers.map(formatServer).join("\n")}</ul></html>`;
}

const server = createServer((request, response) => {
  if (request.url !== "/") return void response.writeHead(404).end();
  lookAgain().then(
    (view) => response.setHeader("Content-Type", "text/html; charset=utf-8").end(formatPage(view)),
    (error: Error) => response.writeHead(503).end(`Cannot look: ${error.message}\n`),
  );
});
server.listen(Number(process.argv[2] ?? 8090), "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object") console.log(`http://127.0.0.1:${address?.port}/`);
});
