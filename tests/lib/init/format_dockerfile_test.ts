import assert from "node:assert/strict";
import { test } from "node:test";
import { findSettings } from "../../../lib/init/settings.ts";
import { parseDockerfile } from "../../../lib/init/parse_dockerfile.ts";
import { folderOf } from "./folder_of.ts";

const SERVER = { "package.json": "{}", "server.js": "" };

test("formatDockerfile() installs with the lock, builds where there is a script, and starts without a shell", () => {
  const scripts = { start: "vite-node server.ts", build: "tsc" };
  const folder = folderOf({ "package.json": JSON.stringify({ scripts }) }, ["package-lock.json"]);
  assert.equal(
    findSettings(folder).dockerfile,
    `FROM node:22-slim
WORKDIR /app
# The packages alone first: they are installed anew only when they changed.
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build
ENV PATH=/app/node_modules/.bin:$PATH

ENV NODE_ENV=production PORT=3000
EXPOSE 3000
# Not root. The program is started without a shell, so that it gets SIGTERM itself.
USER node
CMD ["vite-node", "server.ts"]
`,
  );
});

test("formatDockerfile() says the port that luma.yml has", () => {
  for (const folder of [folderOf(SERVER), folderOf({ "deno.json": "{}", "main.ts": "" })]) {
    const { dockerfile = "", program } = findSettings(folder);
    const { ports, portVariable } = parseDockerfile(dockerfile);
    assert.deepEqual([ports, portVariable], [[program?.port], program?.port]);
  }
});

test("formatDockerfile() writes none where it does not know how", () => {
  const folders = [
    folderOf({ ...SERVER, Dockerfile: "FROM a" }),
    folderOf({ "package.json": "{}" }),
    folderOf(SERVER, ["yarn.lock"]),
    folderOf(SERVER, ["pnpm-lock.yaml"]),
    folderOf({ "deno.json": JSON.stringify({ tasks: { start: "deno task x" } }) }),
    folderOf({ "go.mod": "" }),
    folderOf({ "index.html": "" }),
    folderOf({}),
  ];
  assert.deepEqual(
    folders.map((folder) => findSettings(folder).dockerfile),
    folders.map(() => undefined),
  );
});
