/**
 * Takes bodies to their end and answers 200; echoes what comes over an upgraded connection, as it is.
 *
 * The rule: it does as little as can be done, for its time is not what is measured.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { createServer, type Socket } from "node:net";

const ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
/** RFC 6455, 1.3: what the key is joined with before it is hashed. */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

createServer({ noDelay: true }, (socket) => serve(socket)).listen(
  Number(process.argv[2]),
  "127.0.0.1",
);

function serve(socket: Socket): void {
  let head = "";
  let leftBytes = 0;
  let isEcho = false;
  socket.on("error", () => socket.destroy());
  socket.on("data", (bytes: Buffer) => {
    if (isEcho) return void socket.write(bytes);
    if (leftBytes > 0) return take(bytes.length);
    head += bytes.toString("latin1");
    const end = head.indexOf("\r\n\r\n");
    if (end === -1) return;
    if (/^upgrade:/im.test(head)) {
      isEcho = true;
      return void socket.write(upgraded(head));
    }
    leftBytes = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
    const bodyBytes = head.length - end - 4;
    head = "";
    take(bodyBytes);
  });
  const take = (sizeBytes: number): void => {
    leftBytes -= sizeBytes;
    if (leftBytes <= 0) socket.write(ANSWER);
  };
}

function upgraded(head: string): string {
  const key = /^sec-websocket-key: *(\S+)/im.exec(head)?.[1] ?? "";
  const accept = createHash("sha1").update(`${key}${GUID}`).digest("base64");
  return "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
    `Sec-WebSocket-Accept: ${accept}\r\n\r\n`;
}
