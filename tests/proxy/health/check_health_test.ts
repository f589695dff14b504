import assert from "node:assert/strict";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { test } from "node:test";
import type { HealthFailure } from "../../../proxy/api.ts";
import {
  checkHealth,
  HealthCheckError,
  type HealthTarget,
  waitUntilHealthy,
} from "../../../proxy/health/check_health.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/** Runs `body` with a server that gives each connection to `serve`. */
async function withServer(
  serve: (socket: Socket, request: string) => void,
  body: (target: HealthTarget) => Promise<void>,
): Promise<void> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("error", () => {}); // Clients that leave early are what is tested.
    socket.once("data", (bytes: Buffer) => serve(socket, bytes.toString()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await body({ address: "127.0.0.1", port, path: "/up" });
  } finally {
    for (const socket of open) socket.destroy();
    server.close();
  }
}

test("checkHealth() asks as real traffic does, and for one answer", async () => {
  let asked = "";
  await withServer((socket, request) => {
    asked = request;
    socket.end(OK);
  }, async (target) => {
    const answer = await checkHealth({ ...target, host: "blog.com", proto: "https" }, {
      timeoutMs: 5_000,
    });
    assert.deepEqual(answer, { status: 200 });
  });
  assert.match(asked, /^GET \/up HTTP\/1\.1\r\nHost: blog\.com\r\nX-Forwarded-Proto: https\r\n/);
  assert.match(asked, /\r\nConnection: close\r\n/);
});

const CLOSED: HealthFailure = { kind: "closed" };
const ANSWERS: readonly (readonly [string, string, RegExp, HealthFailure])[] = [
  [
    "a redirect",
    "HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n",
    /^GET \/up: 302, a redirect to \/login$/,
    { kind: "status", status: 302, location: "/login" },
  ],
  [
    "another status",
    "HTTP/1.1 503 No\r\nContent-Length: 11\r\n\r\nno database",
    /^GET \/up: 503: no database$/,
    { kind: "status", status: 503 },
  ],
  [
    "a status without a body",
    "HTTP/1.1 404 Not Found\r\n\r\n",
    /^GET \/up: 404$/,
    { kind: "status", status: 404 },
  ],
  [
    "another good status",
    "HTTP/1.1 204 No Content\r\n\r\n",
    /^GET \/up: 204$/,
    { kind: "status", status: 204 },
  ],
  [
    "a long body",
    `HTTP/1.1 500 No\r\n\r\n${"x".repeat(5_000)}`,
    /^GET \/up: 500: x{120}…$/,
    { kind: "status", status: 500 },
  ],
  [
    "a body with control characters",
    "HTTP/1.1 500 No\r\n\r\na\x1b[31m\r\nb",
    /^GET \/up: 500: a \[31m b$/,
    { kind: "status", status: 500 },
  ],
  [
    "a chunked body",
    "HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n4\r\noops\r\n4;x\r\n\n0!\n\r\n0\r\n\r\n",
    /^GET \/up: 500: oops 0!$/,
    { kind: "status", status: 500 },
  ],
  [
    "what is not HTTP",
    "SSH-2.0-OpenSSH\r\n",
    /the answer is not HTTP$/,
    { kind: "not http", tls: false },
  ],
  [
    "an alert of TLS",
    "\x15\x03\x01\x00\x02\x02\x46",
    /the answer is TLS, not plain HTTP$/,
    { kind: "not http", tls: true },
  ],
  ["nothing", "", /closed the connection without an answer$/, CLOSED],
  [
    "half a head",
    "HTTP/1.1 200 OK\r\nContent-",
    /closed the connection without an answer$/,
    CLOSED,
  ],
];

for (const [what, answer, expected, failure] of ANSWERS) {
  test(`checkHealth() fails, when the answer is ${what}`, async () => {
    await withServer((socket) => socket.end(answer), async (target) => {
      await assert.rejects(checkHealth(target, { timeoutMs: 5_000 }), (error: Error) => {
        assert.ok(error instanceof HealthCheckError);
        assert.match(error.message, expected);
        assert.deepEqual(error.failure, failure);
        return true;
      });
    });
  });
}

test("checkHealth() takes a head that comes in pieces, after an interim answer, without an end", async () => {
  await withServer((socket) => {
    socket.write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 2");
    setImmediate(() => socket.write("00 OK\r\n\r\nstream"));
  }, async (target) => {
    assert.deepEqual(await checkHealth(target, { timeoutMs: 5_000 }), { status: 200 });
  });
});

test("checkHealth() takes the status that is wanted", async () => {
  await withServer((socket) => socket.end("HTTP/1.1 204 No Content\r\n\r\n"), async (target) => {
    assert.deepEqual(await checkHealth({ ...target, expect: 204 }, { timeoutMs: 5_000 }), {
      status: 204,
    });
  });
});

test("checkHealth() names a refused connection", async () => {
  const target = { address: "127.0.0.1", port: 1, path: "/up" };
  await assert.rejects(checkHealth(target, { timeoutMs: 5_000 }), {
    message: "connect 127.0.0.1:1: refused",
    failure: { kind: "refused" },
  });
});

test("checkHealth() gives up in time, when nothing is answered", async () => {
  await withServer(() => {}, async (target) => {
    await assert.rejects(checkHealth(target, { timeoutMs: 50 }), {
      message: `no answer from 127.0.0.1:${target.port} within 0.05 s`,
      failure: { kind: "no answer" },
    });
  });
});

test("checkHealth() gives up in time, when the head never ends", async () => {
  await withServer((socket) => {
    socket.write("HTTP/1.1 200 OK\r\n");
  }, async (target) => {
    await assert.rejects(checkHealth(target, { timeoutMs: 50 }), /no answer/);
  });
});

test("checkHealth() ends with the signal's reason, when it is aborted", async () => {
  const abort = new AbortController();
  await withServer(() => abort.abort(new Error("enough")), async (target) => {
    const { signal } = abort;
    await assert.rejects(checkHealth(target, { timeoutMs: 5_000, signal }), /enough/);
    await assert.rejects(checkHealth(target, { timeoutMs: 5_000, signal }), /enough/);
  });
});

test("waitUntilHealthy() asks until the answer is good, and counts the attempts", async () => {
  let attempts = 0;
  await withServer((socket) => {
    socket.end(++attempts < 3 ? "HTTP/1.1 503 No\r\n\r\n" : OK);
  }, async (target) => {
    const result = await waitUntilHealthy(target, {
      budgetMs: 60_000,
      everyMs: 10,
      timeoutMs: 5_000,
      now: Date.now,
    });
    assert.equal(result.attempts, 3);
  });
});

test("waitUntilHealthy() makes one attempt with all its time, when there is no budget", async () => {
  let attempts = 0;
  await withServer((socket) => {
    attempts++;
    socket.end("HTTP/1.1 503 No\r\n\r\nstarting");
  }, async (target) => {
    const options = { budgetMs: 0, everyMs: 10, timeoutMs: 5_000, now: Date.now };
    await assert.rejects(waitUntilHealthy(target, options), {
      message: "GET /up: 503: starting",
      attempts: 1,
    });
  });
  assert.equal(attempts, 1);
});

test("waitUntilHealthy() tells the last reason, not that its own time was over", async () => {
  let attempts = 0;
  await withServer((socket) => {
    if (++attempts === 1) socket.end("HTTP/1.1 503 No\r\n\r\nstarting");
  }, async (target) => {
    const options = { budgetMs: 600, everyMs: 10, timeoutMs: 5_000, now: Date.now };
    await assert.rejects(waitUntilHealthy(target, options), {
      message: "GET /up: 503: starting",
      attempts: 2,
      failure: { kind: "status", status: 503 },
    });
  });
});

test("checkHealth() only connects, where no path is asked for", async () => {
  let asked = false;
  await withServer(() => {
    asked = true;
  }, async ({ address, port }) => {
    assert.deepEqual(await checkHealth({ address, port }, { timeoutMs: 5_000 }), {});
  });
  assert.equal(asked, false);
  await assert.rejects(
    checkHealth({ address: "127.0.0.1", port: 1 }, { timeoutMs: 5_000 }),
    /connect 127\.0\.0\.1:1: refused/,
  );
});
