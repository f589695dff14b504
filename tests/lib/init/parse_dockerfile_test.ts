import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDockerfile } from "../../../lib/init/parse_dockerfile.ts";

for (
  const [text, expected] of [
    ["FROM a\nEXPOSE 3000", { ports: [3000], hasHealthCheck: false }],
    ["FROM a\nEXPOSE 80/tcp 53/udp 443", { ports: [80, 443], hasHealthCheck: false }],
    ["from a\nexpose 80\nEXPOSE 80", { ports: [80], hasHealthCheck: false }],
    ['FROM a\r\nENV A=1 \\\r\n  # why\r\n  PORT="8080"\r\nEXPOSE $PORT\r\n', {
      ports: [8080],
      hasHealthCheck: false,
      portVariable: 8080,
    }],
    ["FROM a\nENV PORT 5000", { ports: [], hasHealthCheck: false, portVariable: 5000 }],
    ["ARG P=9\nFROM a\nARG P\nEXPOSE ${P} ${Q:-7} $R", { ports: [9, 7], hasHealthCheck: false }],
    ["FROM a AS build\nEXPOSE 1\nFROM b\nEXPOSE 2", { ports: [2], hasHealthCheck: false }],
    ["FROM --platform=x a AS Base\nENV PORT=1\nFROM base\nEXPOSE 2", {
      ports: [2],
      hasHealthCheck: false,
      portVariable: 1,
    }],
    ["FROM a\nENV PORT=$UNKNOWN", { ports: [], hasHealthCheck: false }],
    ["FROM a\nHEALTHCHECK --interval=5s CMD wget -qO- http://127.0.0.1:3000/health || exit 1", {
      ports: [],
      hasHealthCheck: true,
      healthPath: "/health",
    }],
    ['FROM a\nHEALTHCHECK CMD ["curl", "-f", "http://localhost"]', {
      ports: [],
      hasHealthCheck: true,
      healthPath: "/",
    }],
    ["FROM a\nHEALTHCHECK CMD pg_isready", { ports: [], hasHealthCheck: true }],
    ["FROM a AS b\nHEALTHCHECK CMD x\nFROM b\nHEALTHCHECK NONE", {
      ports: [],
      hasHealthCheck: false,
    }],
    ["# nothing", { ports: [], hasHealthCheck: false }],
  ] as const
) {
  test(`parseDockerfile() reads ${JSON.stringify(text)}`, () => {
    assert.deepEqual(parseDockerfile(text), expected);
  });
}
