import assert from "node:assert/strict";
import { test } from "node:test";
import { findHealthPath } from "../../../lib/init/find_health_path.ts";
import { folderOf } from "./folder_of.ts";

for (
  const [texts, path] of [
    [{ "a.js": "app.get('/health', f)" }, "/health"],
    [{ "a.js": "app.get('/health', f)", "src/b.ts": 'if (url === "/up")' }, "/up"],
    [{ "main.go": "http.HandleFunc(`/healthz`, f)" }, "/healthz"],
    [{ "main.py": '@app.get("/api/health/")' }, "/api/health"],
    [{ "config/routes.rb": 'get "up" => "rails/health#show"' }, "/up"],
    [{ "app/api/health/route.ts": "" }, "/api/health"],
    [{ "src/routes/health/+server.ts": "" }, "/health"],
    [{ "pages/api/health.js": "" }, "/api/health"],
    [{ "a.js": "app.get('/healthy', f); start('/upload')" }, undefined],
    [{ "readme.html": "'/up'" }, undefined],
  ] as const
) {
  test(`findHealthPath() finds ${path} in ${JSON.stringify(texts)}`, () => {
    assert.equal(findHealthPath(folderOf(texts))?.path, path);
  });
}
