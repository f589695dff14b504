import assert from "node:assert/strict";
import { test } from "node:test";
import { LumaError } from "../../../lib/error.ts";
import { defaultPort } from "../../../lib/resolve/resolve_app.ts";
import type { AppConfig } from "../../../lib/config/types.ts";
import { anApp, anImage, aWorker, resolved } from "../../fixtures/server_state.ts";

const TCP = (port: number) => ({ port, protocol: "tcp" });

function withoutPort(): AppConfig {
  const { appPort: _appPort, ...proxy } = anApp().proxy!;
  return anApp({ proxy });
}

function checked(app: AppConfig, changes: Partial<AppConfig["healthCheck"]>): AppConfig {
  return { ...app, healthCheck: { ...app.healthCheck, ...changes } };
}

test("resolveApp() takes the port of luma.yml, else the single one that the image exposes, else 80", () => {
  assert.equal(resolved(anApp()).port, 3000);
  assert.equal(resolved(withoutPort(), anImage({ exposedPorts: [TCP(8080)] })).port, 8080);
  assert.equal(resolved(withoutPort()).port, 80);
});

test("defaultPort() is 80 where the image exposes several, or none over TCP", () => {
  assert.equal(defaultPort(anImage({ exposedPorts: [TCP(1), TCP(2)] })), 80);
  assert.equal(defaultPort(anImage({ exposedPorts: [{ port: 53, protocol: "udp" }] })), 80);
  assert.equal(
    defaultPort(anImage({ exposedPorts: [{ port: 53, protocol: "udp" }, TCP(8080)] })),
    8080,
  );
});

test("resolveApp() checks an app with a proxy on its port, unless another is given", () => {
  assert.equal(resolved(anApp()).healthPort, 3000);
  assert.equal(resolved(checked(anApp(), { port: 9000 })).healthPort, 9000);
});

test("resolveApp() checks an app without a proxy over HTTP only where luma.yml asks for it", () => {
  assert.equal(resolved(aWorker()).healthPort, undefined);
  assert.equal(resolved(aWorker()).port, undefined);
  const image = anImage({ exposedPorts: [TCP(8080)] });
  assert.equal(resolved(checked(aWorker(), { explicit: true }), image).healthPort, 8080);
});

test("resolveApp() refuses an image for another system than Linux", () => {
  assert.throws(
    () => resolved(anApp(), anImage({ os: "windows" })),
    (error) => error instanceof LumaError && /its image is for windows/.test(error.message),
  );
});
