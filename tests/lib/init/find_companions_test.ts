import assert from "node:assert/strict";
import { test } from "node:test";
import { findCompanions } from "../../../lib/init/find_companions.ts";
import { folderOf } from "./folder_of.ts";

const COMPOSE = `
services:
  web: { build: . }
  db:
    image: postgres:17
    environment: { POSTGRES_USER: app, POSTGRES_PASSWORD: hunter2, URL: "\${URL}" }
    volumes:
      - data:/var/lib/postgresql/data
      - ./init:/docker-entrypoint-initdb.d:ro
      - /srv/x:/x
      - ../other:/y
      - { type: tmpfs, target: /t }
  cache: { image: "registry.example.com/acme/redis:8", environment: [A=1, REDIS_PASSWORD, "1X=2"] }
  Mail: { image: "redis:8" }
`;

test("findCompanions() finds what keeps data, without a value that may be a secret", () => {
  assert.deepEqual(findCompanions(folderOf({ "docker-compose.yml": COMPOSE })), {
    file: "docker-compose.yml",
    services: [
      {
        name: "db",
        image: "postgres:17",
        volumes: ["data:/var/lib/postgresql/data", "./init:/docker-entrypoint-initdb.d:ro"],
        plain: ["POSTGRES_USER=app"],
        secret: ["POSTGRES_PASSWORD", "URL"],
      },
      {
        name: "cache",
        image: "registry.example.com/acme/redis:8",
        volumes: [],
        plain: ["A=1"],
        secret: ["REDIS_PASSWORD"],
      },
    ],
  });
});

test("findCompanions() finds nothing in a file that is broken, or has only apps", () => {
  for (const text of ["", "services: [", "services: { web: { image: nginx } }", "- 1"]) {
    assert.equal(findCompanions(folderOf({ "compose.yaml": text })), undefined);
  }
  assert.equal(findCompanions(folderOf({})), undefined);
});
