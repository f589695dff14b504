/** Requests that must be refused, by section of RFC 9110, 9112 and 6585. */
import assert from "node:assert/strict";
import { testEach } from "./test_each.ts";
import { WireServer } from "./wire.ts";

interface Case {
  readonly name: string;
  readonly section: string;
  readonly bytes: string;
  readonly status: number;
}

const H = "Host: a.example\r\n";
const long = (count: number): string => "x".repeat(count);

const ROWS: readonly (readonly [string, string, string, number])[] = [
  [
    "both framings",
    "9112 6.1",
    `POST / HTTP/1.1\r\n${H}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
    400,
  ],
  [
    "both framings, other order",
    "9112 6.1",
    `POST / HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n`,
    400,
  ],
  [
    "repeated length",
    "9112 6.3",
    `POST / HTTP/1.1\r\n${H}Content-Length: 5\r\nContent-Length: 5\r\n\r\n`,
    400,
  ],
  [
    "differing lengths",
    "9112 6.3",
    `POST / HTTP/1.1\r\n${H}Content-Length: 5\r\nContent-Length: 6\r\n\r\n`,
    400,
  ],
  ["list of lengths", "9112 6.3", `POST / HTTP/1.1\r\n${H}Content-Length: 5 ,5\r\n\r\n`, 400],
  ["length with sign", "9112 6.2", `POST / HTTP/1.1\r\n${H}Content-Length: +5\r\n\r\n`, 400],
  ["negative length", "9112 6.2", `POST / HTTP/1.1\r\n${H}Content-Length: -5\r\n\r\n`, 400],
  ["hexadecimal length", "9112 6.2", `POST / HTTP/1.1\r\n${H}Content-Length: 0x5\r\n\r\n`, 400],
  ["empty length", "9112 6.2", `POST / HTTP/1.1\r\n${H}Content-Length: \r\n\r\n`, 400],
  [
    "length too large",
    "9112 6.2",
    `POST / HTTP/1.1\r\n${H}Content-Length: 99999999999999999999\r\n\r\n`,
    400,
  ],
  ["unknown coding", "9112 6.1", `POST / HTTP/1.1\r\n${H}Transfer-Encoding: gzip\r\n\r\n`, 501],
  [
    "coding list",
    "9112 6.1",
    `POST / HTTP/1.1\r\n${H}Transfer-Encoding: gzip, chunked\r\n\r\n`,
    501,
  ],
  [
    "coding with prefix",
    "9112 6.1",
    `POST / HTTP/1.1\r\n${H}Transfer-Encoding: xchunked\r\n\r\n`,
    501,
  ],
  [
    "chunked twice",
    "9112 6.1",
    `POST / HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n`,
    400,
  ],
  ["empty coding", "9112 6.1", `POST / HTTP/1.1\r\n${H}Transfer-Encoding:\r\n\r\n`, 400],
  ["coding in 1.0", "9112 6.1", `POST / HTTP/1.0\r\n${H}Transfer-Encoding: chunked\r\n\r\n`, 400],
  ["folded line", "9112 5.2", `GET / HTTP/1.1\r\n${H}A: b\r\n c\r\n\r\n`, 400],
  ["white space first line", "9112 2.2", `GET / HTTP/1.1\r\n ${H}\r\n`, 400],
  ["space before colon", "9112 5.1", `GET / HTTP/1.1\r\n${H}A : b\r\n\r\n`, 400],
  ["no colon", "9112 5", `GET / HTTP/1.1\r\n${H}A\r\n\r\n`, 400],
  ["empty name", "9112 5", `GET / HTTP/1.1\r\n${H}: b\r\n\r\n`, 400],
  ["bare LF after line", "9112 2.2", `GET / HTTP/1.1\n${H}\r\n`, 400],
  ["bare LF after field", "9112 2.2", `GET / HTTP/1.1\r\nHost: a.example\n\r\n`, 400],
  ["bare CR in value", "9112 2.2", `GET / HTTP/1.1\r\n${H}A: b\rc\r\n\r\n`, 400],
  ["bare CR in line", "9112 2.2", `GET /\r HTTP/1.1\r\n${H}\r\n`, 400],
  ["NUL in value", "9110 5.5", `GET / HTTP/1.1\r\n${H}A: b\0c\r\n\r\n`, 400],
  ["control octet in value", "9110 5.5", `GET / HTTP/1.1\r\n${H}A: b\x01\r\n\r\n`, 400],
  ["DEL in value", "9110 5.5", `GET / HTTP/1.1\r\n${H}A: b\x7f\r\n\r\n`, 400],
  ["NUL in name", "9110 5.1", `GET / HTTP/1.1\r\n${H}A\0: b\r\n\r\n`, 400],
  ["two Hosts", "9112 3.2", `GET / HTTP/1.1\r\n${H}Host: b.example\r\n\r\n`, 400],
  ["same Host twice", "9112 3.2", `GET / HTTP/1.1\r\n${H}${H}\r\n`, 400],
  ["no Host", "9112 3.2", `GET / HTTP/1.1\r\n\r\n`, 400],
  ["Host with path", "9112 3.2", `GET / HTTP/1.1\r\nHost: a.example/x\r\n\r\n`, 400],
  ["Host with user", "9112 3.2", `GET / HTTP/1.1\r\nHost: u@a.example\r\n\r\n`, 400],
  ["Host with bad port", "9112 3.2", `GET / HTTP/1.1\r\nHost: a.example:8o\r\n\r\n`, 400],
  ["Host list", "9112 3.2", `GET / HTTP/1.1\r\nHost: a.example b.example\r\n\r\n`, 400],
  ["method with control", "9110 9.1", `G\x01T / HTTP/1.1\r\n${H}\r\n`, 400],
  ["method with bracket", "9110 9.1", `G(T / HTTP/1.1\r\n${H}\r\n`, 400],
  ["long method", "9112 3", `${long(40)} / HTTP/1.1\r\n${H}\r\n`, 501],
  ["no method", "9112 3", ` / HTTP/1.1\r\n${H}\r\n`, 400],
  ["two spaces", "9112 3", `GET  / HTTP/1.1\r\n${H}\r\n`, 400],
  ["tab between", "9112 3", `GET\t/ HTTP/1.1\r\n${H}\r\n`, 400],
  ["space in target", "9112 3.2", `GET /a b HTTP/1.1\r\n${H}\r\n`, 400],
  ["target without slash", "9112 3.2", `GET a HTTP/1.1\r\n${H}\r\n`, 400],
  ["fragment in target", "9112 3.2", `GET /a#b HTTP/1.1\r\n${H}\r\n`, 400],
  ["octet above ASCII in target", "9112 3.2", `GET /\xe4 HTTP/1.1\r\n${H}\r\n`, 400],
  ["quote in target", "9112 3.2", `GET /" HTTP/1.1\r\n${H}\r\n`, 400],
  ["asterisk for GET", "9112 3.2.4", `GET * HTTP/1.1\r\n${H}\r\n`, 400],
  ["other scheme", "9112 3.2.2", `GET ftp://a.example/ HTTP/1.1\r\n${H}\r\n`, 400],
  ["absolute without host", "9112 3.2.2", `GET http:///x HTTP/1.1\r\n${H}\r\n`, 400],
  ["absolute with user", "9112 3.2.2", `GET http://u@a.example/ HTTP/1.1\r\n${H}\r\n`, 400],
  ["CONNECT", "9110 9.3.6", `CONNECT a.example:443 HTTP/1.1\r\n${H}\r\n`, 501],
  ["no version", "9112 2.3", `GET /\r\n${H}\r\n`, 400],
  ["version in lower case", "9112 2.3", `GET / http/1.1\r\n${H}\r\n`, 400],
  ["version 2.0", "9112 2.3", `GET / HTTP/2.0\r\n${H}\r\n`, 505],
  ["version 1.2", "9112 2.3", `GET / HTTP/1.2\r\n${H}\r\n`, 505],
  ["version 1.10", "9112 2.3", `GET / HTTP/1.10\r\n${H}\r\n`, 400],
  ["space after version", "9112 3", `GET / HTTP/1.1 \r\n${H}\r\n`, 400],
  ["bad Connection", "9110 7.6.1", `GET / HTTP/1.1\r\n${H}Connection: a b\r\n\r\n`, 400],
  ["two empty lines first", "9112 2.2", `\r\n\r\nGET / HTTP/1.1\r\n${H}\r\n`, 400],
];

const CASES: readonly Case[] = ROWS.map(([name, section, bytes, status]) => ({
  name,
  section,
  bytes,
  status,
}));

const LARGE: readonly Case[] = [
  {
    name: "long target",
    section: "9112 3",
    bytes: `GET /${long(8192)} HTTP/1.1\r\n${H}\r\n`,
    status: 414,
  },
  { name: "endless target", section: "9112 3", bytes: `GET /${long(40_000)}`, status: 414 },
  {
    name: "large head",
    section: "6585 5",
    bytes: `GET / HTTP/1.1\r\n${H}A: ${long(33_000)}\r\n\r\n`,
    status: 431,
  },
  {
    name: "endless value",
    section: "6585 5",
    bytes: `GET / HTTP/1.1\r\n${H}A: ${long(33_000)}`,
    status: 431,
  },
  {
    name: "many fields",
    section: "6585 5",
    bytes: `GET / HTTP/1.1\r\n${H}${"A: b\r\n".repeat(128)}\r\n`,
    status: 431,
  },
];

for (const { name, section, bytes, status } of [...CASES, ...LARGE]) {
  testEach(
    `ClientConnection answers ${status} and closes, for ${name} (RFC ${section})`,
    async (startEngine) => {
      await using upstream = await WireServer.listen();
      await using engine = await startEngine({ ports: [upstream.port] });
      await using client = await engine.dial();
      client.write(bytes);
      const answer = await client.readToEnd();
      assert.equal(answer.slice(0, 13), `HTTP/1.1 ${status} `);
      assert.match(answer, /\r\nConnection: close\r\n/);
      assert.equal(upstream.count, 0);
      assert.deepEqual(engine.logged, []);
    },
  );
}

testEach(
  "ClientConnection refuses the same when octets arrive one at a time",
  async (startEngine) => {
    await using upstream = await WireServer.listen();
    await using engine = await startEngine({ ports: [upstream.port] });
    await Promise.all(CASES.map(async ({ name, bytes, status }) => {
      await using client = await engine.dial();
      await client.writeSlowly(bytes);
      const answer = await client.readToEnd();
      assert.equal(answer.slice(0, 13), `HTTP/1.1 ${status} `, name);
    }));
    assert.equal(upstream.count, 0);
  },
);
