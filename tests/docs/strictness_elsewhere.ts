/**
 * What strictness asks for beyond two single messages, and the tests that show it.
 *
 * Pure data. The rule: each test is there under its name.
 *
 * @module
 */

/** A behaviour and the test of it. */
export interface ElsewhereCase {
  readonly name: string;
  /** The RFC and its section: `9112 6.1`. */
  readonly section: string;
  /** Below tests/proxy/engine. */
  readonly file: string;
  /** How the test's name begins. */
  readonly test: string;
}

type Row = readonly [name: string, section: string, test: string];

function inFile(file: string, rows: readonly Row[]): readonly ElsewhereCase[] {
  return rows.map(([name, section, test]) => ({ name, section, file, test }));
}

/** All of them. */
export const STRICTNESS_ELSEWHERE: readonly ElsewhereCase[] = [
  ...inFile("forwarding_test.ts", [
    [
      "fields for one hop, upwards",
      "9110 7.6.1",
      "buildUpstreamHead() leaves out what is for one hop",
    ],
    [
      "fields for one hop, downwards",
      "9110 7.6.1",
      "buildClientHead() leaves out what is for one hop",
    ],
    [
      "Connection that names Host or Content-Length",
      "9110 7.6.1",
      "buildUpstreamHead() keeps Host and Content-Length, even if Connection names them",
    ],
    [
      "absolute target beside another Host",
      "9112 3.2.2",
      "buildUpstreamHead() turns an absolute target into origin form and its Host",
    ],
    ["OPTIONS *", "9112 3.2.4", "buildUpstreamHead() passes OPTIONS * on"],
    ["Max-Forwards", "9110 7.6.2", "buildUpstreamHead() counts Max-Forwards down"],
    [
      "X-Forwarded fields of strangers",
      "7239 8.1",
      "buildUpstreamHead() replaces forwarded fields of a client that is not trusted",
    ],
  ]),
  ...inFile("bodies_test.ts", [
    ["trailers, both ways", "9112 7.1.2", "Exchange re-frames chunks and keeps trailers"],
    ["1xx for a client of HTTP/1.0", "9110 15.2", "Answer forwards interim answers"],
    ["Expect, step by step", "9110 10.1.1", "Exchange passes Expect: 100-continue"],
    ["early answer to a long upload", "9112 9.5", "Exchange ends an upload in order"],
    [
      "octets behind an answer",
      "9112 9.2",
      "Answer does not use a connection again on which more than the answer came",
    ],
    [
      "pipelined requests, one bad",
      "9112 9.3.2",
      "ClientConnection answers pipelined requests in order",
    ],
  ]),
  ...inFile("pipelining_test.ts", [
    ["endless pipeline", "9112 9.3.2", "ClientConnection begins no request while its client takes"],
  ]),
  ...inFile("closing_test.ts", [
    [
      "client that goes on sending behind a refusal",
      "9112 9.6",
      "ClientConnection reads on after a refusal, so that the answer can be read",
    ],
    [
      "refused HEAD",
      "9110 9.3.2",
      "ClientConnection refuses a HEAD without content",
    ],
    [
      "half-closed client of a slow app",
      "9112 9.6",
      "HalfCloseProbe finds out that a client has closed both directions",
    ],
    [
      "FIN in the middle of a body",
      "9112 8",
      "ClientConnection drops a request whose body ends with a FIN too early",
    ],
    [
      "body that makes no progress",
      "9110 15.5.9",
      "ClientConnection answers 408 when a body makes no progress",
    ],
    [
      "head that does not end",
      "9110 15.5.9",
      "ClientConnection answers 408 when a head does not come in time",
    ],
  ]),
  ...inFile("dialling_test.ts", [
    [
      "GET on a connection that just closed",
      "9110 9.2.2",
      "Exchange sends a GET again, as it was, when a kept connection turns out to be closed",
    ],
    [
      "POST on a connection that just closed",
      "9110 9.2.2",
      "Exchange does not send a POST again",
    ],
    [
      "GET whose answer had begun",
      "9110 9.2.2",
      "Exchange does not send a GET again after a part of the answer",
    ],
  ]),
  ...inFile("streams_test.ts", [
    [
      "fields of an upgrade",
      "9110 7.8",
      "Answer passes an upgrade on with its two fields, and no others of this hop",
    ],
    ["upgrade to h2c", "9113 3.1", "RequestHead does not pass an upgrade to h2c on"],
    [
      "half close of a tunnel",
      "9110 9.3.6",
      "Tunnel passes a half close on and keeps the other direction",
    ],
  ]),
];
