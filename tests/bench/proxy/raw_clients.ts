/**
 * Clients that the usual load programs do not have: many idle connections, and WebSocket echoes.
 *
 * @module
 */
import { connect, type Socket } from "node:net";

/** Opens connections that send one request each, and then nothing. @returns What closes them. */
export async function openIdle(port: number, host: string, count: number): Promise<() => void> {
  const sockets: Socket[] = [];
  const request = `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  for (let index = 0; index < count; index++) {
    const socket = connect({ port, host: "127.0.0.1" });
    sockets.push(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.once("data", () => resolve());
      socket.write(request);
    });
  }
  return () => sockets.forEach((socket) => socket.destroy());
}

/**
 * Sends frames over upgraded connections, the next when the last came back.
 *
 * @returns How long each took, in milliseconds.
 */
export async function echoFrames(options: {
  readonly port: number;
  readonly host: string;
  readonly connections: number;
  readonly seconds: number;
}): Promise<readonly number[]> {
  const { port, host, connections, seconds } = options;
  const untilMs = performance.now() + seconds * 1000;
  const times = await Promise.all(
    Array.from({ length: connections }, () => echo(port, host, untilMs)),
  );
  return times.flat();
}

/** RFC 6455, 5.2: a masked binary frame of 100 bytes; the upstream sends it back as it is. */
const FRAME = new Uint8Array([0x82, 0x80 | 100, 1, 2, 3, 4, ...new Uint8Array(100)]);

function echo(port: number, host: string, untilMs: number): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    const tookMs: number[] = [];
    let sentAtMs: number | undefined;
    let waitingBytes = 0;
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("an upgraded connection was closed")));
    socket.on("data", (bytes) => {
      // The first answer is the 101, which comes in one piece; then come frames.
      waitingBytes -= sentAtMs === undefined ? 0 : bytes.length;
      if (waitingBytes > 0) return;
      const nowMs = performance.now();
      if (sentAtMs !== undefined) tookMs.push(nowMs - sentAtMs);
      sentAtMs = nowMs;
      if (nowMs >= untilMs) {
        socket.removeAllListeners("close");
        socket.destroy();
        return resolve(tookMs);
      }
      waitingBytes = FRAME.length;
      socket.write(FRAME);
    });
    socket.write(
      `GET /ws HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
    );
  });
}
