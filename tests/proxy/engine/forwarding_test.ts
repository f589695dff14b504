/** What upstreams and clients see of each other's heads. */
import assert from "node:assert/strict";
import { type StartEngine, testEach } from "./test_each.ts";
import { WireServer } from "./wire.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/** What an upstream reads for `request`, without the three fields whose values always differ. */
async function forwarded(
  startEngine: StartEngine,
  request: string,
  options: { readonly forwardHeaders?: boolean; readonly hosts?: readonly string[] } = {},
): Promise<string> {
  await using upstream = await WireServer.listen();
  await using engine = await startEngine({ ports: [upstream.port], options });
  await using client = await engine.dial();
  client.write(request);
  const wire = await upstream.accept();
  const head = await wire.readHead();
  assert.match(head, /\r\nX-Request-Id: [^\r]+\r\n/i);
  assert.match(head, /\r\nX-Request-Start: [^\r]+\r\n/i);
  return head.replace(/X-Request-Id: [0-9a-f-]{36}\r\n/, "").replace(
    /X-Request-Start: t=\d{13}\r\n/,
    "",
  );
}

const ADDED =
  "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: a.example\r\n";

testEach(
  "buildUpstreamHead() keeps host, query, order and case of fields, and adds its own",
  async (startEngine) => {
    const head = await forwarded(
      startEngine,
      "GET /p%20q/?a=[1]&b=%zz HTTP/1.1\r\nzeta: 1\r\nHost: a.example\r\nALPHA:  2 \r\nzeta: 3\r\n\r\n",
    );
    assert.equal(
      head,
      `GET /p%20q/?a=[1]&b=%zz HTTP/1.1\r\nzeta: 1\r\nHost: a.example\r\nALPHA:  2 \r\nzeta: 3\r\n${ADDED}\r\n`,
    );
  },
);

testEach(
  "buildUpstreamHead() leaves out what is for one hop (RFC 9110 7.6.1)",
  async (startEngine) => {
    const head = await forwarded(
      startEngine,
      "GET / HTTP/1.1\r\nHost: a.example\r\nConnection: keep-alive, X-Mine\r\nX-Mine: 1\r\n" +
        "Keep-Alive: timeout=9\r\nTE: trailers\r\nProxy-Connection: x\r\nProxy-Authorization: y\r\n" +
        "Upgrade: foo\r\nKept: 1\r\n\r\n",
    );
    assert.equal(head, `GET / HTTP/1.1\r\nHost: a.example\r\nKept: 1\r\n${ADDED}\r\n`);
  },
);

testEach(
  "buildUpstreamHead() keeps Host and Content-Length, even if Connection names them",
  async (startEngine) => {
    const head = await forwarded(
      startEngine,
      "POST / HTTP/1.1\r\nHost: a.example\r\nConnection: host, content-length, x-forwarded-for\r\n" +
        "Content-Length: 1\r\n\r\nx",
    );
    assert.equal(head, `POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 1\r\n${ADDED}\r\n`);
  },
);

testEach(
  "buildUpstreamHead() replaces forwarded fields of a client that is not trusted",
  async (startEngine) => {
    const head = await forwarded(
      startEngine,
      "GET / HTTP/1.1\r\nHost: a.example\r\nX-Forwarded-For: 9.9.9.9\r\nx_forwarded_for: 9.9.9.9\r\n" +
        "X-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\nX-Forwarded-Port: 1\r\n" +
        "Forwarded: for=9.9.9.9\r\n\r\n",
    );
    assert.equal(head, `GET / HTTP/1.1\r\nHost: a.example\r\n${ADDED}\r\n`);
  },
);

testEach(
  "buildUpstreamHead() appends to forwarded fields of a trusted client",
  async (startEngine) => {
    const head = await forwarded(
      startEngine,
      "GET / HTTP/1.1\r\nHost: a.example\r\nX-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: https\r\n" +
        "X-Forwarded-For: 8.8.8.8\r\nForwarded: for=9.9.9.9\r\nX-Forwarded-Host: b.example\r\n\r\n",
      { forwardHeaders: true },
    );
    assert.equal(
      head,
      "GET / HTTP/1.1\r\nHost: a.example\r\nX-Forwarded-Proto: https\r\nForwarded: for=9.9.9.9\r\n" +
        "X-Forwarded-Host: b.example\r\nX-Forwarded-For: 9.9.9.9, 8.8.8.8, 127.0.0.1\r\n\r\n",
    );
  },
);

testEach(
  "buildUpstreamHead() keeps a client's X-Request-Id and X-Request-Start",
  async (startEngine) => {
    const head = await forwarded(
      startEngine,
      "GET / HTTP/1.1\r\nHost: a.example\r\nX-Request-ID: mine\r\nX-Request-Start: t=1\r\n\r\n",
    );
    assert.equal(
      head,
      `GET / HTTP/1.1\r\nHost: a.example\r\nX-Request-ID: mine\r\nX-Request-Start: t=1\r\n${ADDED}\r\n`,
    );
  },
);

testEach(
  "buildUpstreamHead() turns an absolute target into origin form and its Host (RFC 9112 3.2.2)",
  async (startEngine) => {
    const head = await forwarded(
      startEngine,
      "GET HTTP://A.example:81/x?y HTTP/1.1\r\nHost: b.example\r\n\r\n",
    );
    assert.equal(
      head.split("\r\n").slice(0, 2).join("\n"),
      "GET /x?y HTTP/1.1\nHost: A.example:81",
    );
    assert.match(head, /X-Forwarded-Host: A\.example:81\r\n/);
    assert.doesNotMatch(head, /b\.example/);
  },
);

for (
  const [target, sent] of [
    ["http://a.example", "GET / HTTP/1.1"],
    ["http://a.example?q", "GET /?q HTTP/1.1"],
  ] as const
) {
  testEach(`buildUpstreamHead() sends "${sent}" for ${target}`, async (startEngine) => {
    const head = await forwarded(startEngine, `GET ${target} HTTP/1.1\r\nHost: a.example\r\n\r\n`);
    assert.equal(head.split("\r\n")[0], sent);
  });
}

testEach(
  "buildUpstreamHead() passes OPTIONS * on, also in absolute form (RFC 9112 3.2.4)",
  async (startEngine) => {
    const star = await forwarded(startEngine, "OPTIONS * HTTP/1.1\r\nHost: a.example\r\n\r\n");
    assert.equal(star.split("\r\n")[0], "OPTIONS * HTTP/1.1");
    const absolute = await forwarded(
      startEngine,
      "OPTIONS http://a.example HTTP/1.1\r\nHost: b\r\n\r\n",
    );
    assert.equal(absolute.split("\r\n")[0], "OPTIONS * HTTP/1.1");
  },
);

testEach(
  "buildUpstreamHead() counts Max-Forwards down, for OPTIONS and TRACE (RFC 9110 7.6.2)",
  async (startEngine) => {
    const options = await forwarded(
      startEngine,
      "OPTIONS / HTTP/1.1\r\nmax-forwards: 10\r\nHost: a.example\r\n\r\n",
    );
    assert.equal(
      options,
      `OPTIONS / HTTP/1.1\r\nHost: a.example\r\nMax-Forwards: 9\r\n${ADDED}\r\n`,
    );
    const get = await forwarded(
      startEngine,
      "GET / HTTP/1.1\r\nHost: a.example\r\nMax-Forwards: 10\r\n\r\n",
    );
    assert.match(get, /\r\nMax-Forwards: 10\r\n/);
  },
);

testEach(
  "buildUpstreamHead() gives a request of HTTP/1.0 without Host the route's first host",
  async (startEngine) => {
    const head = await forwarded(startEngine, "GET / HTTP/1.0\r\n\r\n");
    assert.match(head, /^GET \/ HTTP\/1\.1\r\nHost: \r\n/);
  },
);

testEach(
  "buildUpstreamHead() announces a chunked body and no other framing",
  async (startEngine) => {
    const head = await forwarded(
      startEngine,
      "POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n",
    );
    assert.equal(
      head,
      `POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n${ADDED}\r\n`,
    );
  },
);

testEach(
  "buildClientHead() leaves out what is for one hop, and adds no Via",
  async (startEngine) => {
    await using upstream = await WireServer.listen();
    await using engine = await startEngine({ ports: [upstream.port] });
    await using client = await engine.dial();
    client.write("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
    const wire = await upstream.accept();
    await wire.readHead();
    wire.write(
      "HTTP/1.1 200 Fine thing\r\nDate: x\r\nB: 1\r\nConnection: x-mine\r\nX-Mine: 1\r\nKeep-Alive: timeout=5\r\n" +
        "Upgrade: h2c\r\nset-cookie: a\r\nSet-Cookie: b\r\nContent-Length: 0\r\n\r\n",
    );
    assert.equal(
      await client.readHead(),
      "HTTP/1.1 200 Fine thing\r\nDate: x\r\nB: 1\r\nset-cookie: a\r\nSet-Cookie: b\r\nContent-Length: 0\r\n\r\n",
    );
  },
);

testEach(
  "buildClientHead() adds the time to an answer without one (RFC 9110 6.6.1)",
  async (startEngine) => {
    await using upstream = await WireServer.listen();
    const wallNow = () => Date.UTC(2026, 0, 31, 12, 0, 5);
    await using engine = await startEngine({ ports: [upstream.port] }, { wallNow });
    await using client = await engine.dial();
    client.write("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
    const wire = await upstream.accept();
    await wire.readHead();
    wire.write("HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    assert.equal(await client.readHead(), "HTTP/1.1 103 Early\r\n\r\n");
    assert.equal(
      await client.readHead(),
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nDate: Sat, 31 Jan 2026 12:00:05 GMT\r\n\r\n",
    );
  },
);

for (
  const [answered, sent] of [
    ["HTTP/1.1 200", "HTTP/1.1 200 "],
    ["HTTP/1.1 200 ", "HTTP/1.1 200 "],
    ["HTTP/1.0 404 Gone  away", "HTTP/1.1 404 Gone  away"],
  ] as const
) {
  testEach(
    `buildClientHead() sends "${sent}" for the status line "${answered}" (RFC 9112 4)`,
    async (startEngine) => {
      await using upstream = await WireServer.listen();
      await using engine = await startEngine({ ports: [upstream.port] });
      await using client = await engine.dial();
      client.write("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
      const wire = await upstream.accept();
      await wire.readHead();
      wire.write(`${answered}\r\nDate: x\r\nContent-Length: 0\r\n\r\n`);
      assert.equal(await client.readHead(), `${sent}\r\nDate: x\r\nContent-Length: 0\r\n\r\n`);
    },
  );
}

testEach("ClientConnection understands a request split at every position", async (startEngine) => {
  await using upstream = await WireServer.listen();
  await using engine = await startEngine({ ports: [upstream.port] });
  await using client = await engine.dial();
  const request =
    "\r\nPOST /x HTTP/1.1\r\nHost: a.example\r\nX-Request-Id: i\r\nX-Request-Start: s\r\n" +
    'Transfer-Encoding: chunked\r\n\r\n3;a="b"\r\nabc\r\n1\r\nd\r\n0\r\nT: u\r\n\r\n';
  client.write(request);
  const wire = await upstream.accept();
  const expected = await wire.readUntil("T: u\r\n\r\n");
  wire.write(OK);
  await client.readUntil("ok");
  for (let split = 1; split < request.length; split++) {
    client.write(request.slice(0, split));
    await new Promise((resolve) => setImmediate(resolve));
    client.write(request.slice(split));
    const read = (await wire.readUntil("T: u\r\n\r\n")).replaceAll(
      /\r\n1\r\nd|\r\n[34]\r\nabc/g,
      "",
    );
    assert.ok(
      read.startsWith(expected.slice(0, expected.indexOf("\r\n\r\n"))),
      `split at ${split}`,
    );
    wire.write(OK);
    await client.readUntil("ok");
  }
  assert.equal(upstream.count, 1);
});
