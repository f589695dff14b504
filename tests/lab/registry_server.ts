/**
 * A registry of images that keeps all in memory: as much of its protocol as `docker push` and
 * `docker pull` speak (the distribution specification of OCI, "Endpoints").
 *
 *     bun registry_server.ts [USER:PASSWORD]     prints its port, and serves until it is ended
 *
 * With a login it answers nobody else ("Authentication": HTTP Basic). Whoever asks for an image with the tag
 * `silent` gets no answer at all; a line tells that somebody asked.
 *
 * @module
 */
import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface Manifest {
  readonly type: string;
  readonly bytes: Uint8Array;
}

const login = process.argv[2] ?? "";
const blobs = new Map<string, Uint8Array>();
const uploads = new Map<string, Uint8Array>();
const manifests = new Map<string, Manifest>();

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://registry");
  const [, name, kind, last = ""] =
    /^\/v2\/(.+)\/(blobs\/uploads|blobs|manifests)\/([^/]*)$/.exec(url.pathname) ?? [];
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  const body = Buffer.concat(chunks);
  if (login !== "" && !isLoggedIn(request)) {
    const headers = { "WWW-Authenticate": 'Basic realm="lab"', "Content-Type": "application/json" };
    const error = { code: "UNAUTHORIZED", message: "authentication required" };
    return void response.writeHead(401, headers).end(JSON.stringify({ errors: [error] }));
  }
  if (url.pathname === "/v2/") return void response.writeHead(200).end("{}");
  switch (kind) {
    case "blobs/uploads":
      return answerUpload({ request, response, body, name: `${name}`, id: last }, url);
    case "blobs":
      return send(response, request, { type: "application/octet-stream", bytes: blobs.get(last) });
    case "manifests":
      if (request.method === "PUT") return keepManifest({ request, response, body, last });
      if (last === "silent") return console.log("silent");
      return send(response, request, manifests.get(last));
    default:
      response.writeHead(404).end();
  }
}

function isLoggedIn({ headers }: IncomingMessage): boolean {
  return headers.authorization === `Basic ${Buffer.from(login).toString("base64")}`;
}

interface Upload {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Uint8Array;
  readonly name: string;
  readonly id: string;
}

function answerUpload({ request, response, body, name, id: given }: Upload, url: URL): void {
  const id = given === "" ? randomUUID() : given;
  const bytes = Buffer.concat([uploads.get(id) ?? new Uint8Array(), body]);
  uploads.set(id, bytes);
  const digest = url.searchParams.get("digest");
  if (request.method === "PUT" && digest !== null) {
    blobs.set(digest, bytes);
    uploads.delete(id);
    response.writeHead(201, { "Docker-Content-Digest": digest }).end();
    return;
  }
  response.writeHead(202, {
    "Location": `/v2/${name}/blobs/uploads/${id}`,
    "Docker-Upload-UUID": id,
    "Range": `0-${Math.max(0, bytes.length - 1)}`,
  }).end();
}

function keepManifest(
  { request, response, body, last }: Omit<Upload, "name" | "id"> & { readonly last: string },
): void {
  const manifest = { type: request.headers["content-type"] ?? "", bytes: body };
  const digest = digestOf(body);
  for (const reference of [last, digest]) manifests.set(reference, manifest);
  response.writeHead(201, { "Docker-Content-Digest": digest }).end();
}

function send(
  response: ServerResponse,
  request: IncomingMessage,
  found: { readonly type: string; readonly bytes: Uint8Array | undefined } | undefined,
): void {
  if (found?.bytes === undefined) return void response.writeHead(404).end();
  response.writeHead(200, {
    "Content-Type": found.type,
    "Content-Length": found.bytes.length,
    "Docker-Content-Digest": digestOf(found.bytes),
  }).end(request.method === "HEAD" ? undefined : found.bytes);
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
