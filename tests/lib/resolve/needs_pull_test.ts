import assert from "node:assert/strict";
import { test } from "node:test";
import { needsPull } from "../../../lib/resolve/resolve_image.ts";
import { anImage } from "../../fixtures/server_state.ts";

test("needsPull() asks the registry that an image came from, by that name alone", () => {
  const cases: readonly (readonly [reference: string, digest: string, pulls: boolean])[] = [
    ["acme/web:1", "acme/web@sha256:1", true],
    ["acme/web", "acme/web@sha256:1", true],
    ["docker.io/library/nginx:1", "nginx@sha256:1", true],
    ["nginx", "docker.io/nginx@sha256:1", true],
    ["registry.test:5000/web", "registry.test:5000/web@sha256:1", true],
    // Given another name on the server: no registry has it by that one.
    ["web:prod", "acme/web@sha256:1", false],
    ["registry.test:5000/web:1", "registry.test:5001/web@sha256:1", false],
    ["acme/web", "acme/web2@sha256:1", false],
    // It can mean no other image.
    ["acme/web@sha256:1", "acme/web@sha256:1", false],
  ];
  for (const [reference, digest, pulls] of cases) {
    assert.equal(needsPull(anImage({ digests: [digest] }), reference), pulls, reference);
  }
  assert.equal(needsPull(anImage(), "acme/web:1"), false);
});
