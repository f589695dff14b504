/**
 * Puts the control server on its Unix socket, and takes it off again.
 *
 * The rule: the path always leads to a server that answers. The socket is made under another name,
 * closed to others, and renamed to the path: so there is no instant without one, and none in which
 * another user could open it.
 *
 * @module
 */
import { chmod, mkdir, rename, stat, unlink } from "node:fs/promises";
import type { Server } from "node:http";
import { connect } from "node:net";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Where the path of a socket leads: to its server, to another one, nowhere; or nobody can tell. */
export type SocketPlace = "ours" | "other" | "gone" | "unknown";

/** A server on its socket. */
export interface BoundSocket {
  readonly look: () => Promise<SocketPlace>;
  /** Takes no more connections; what is being answered goes on. */
  readonly leave: () => void;
  /** Ends what is being answered, a second at most; takes the path away if it still leads here. */
  readonly close: () => Promise<void>;
}

/** Milliseconds that a server has to accept. */
const ANSWER_MS = 2_000;
/** Milliseconds in which a server accepts what waits in its queue. */
const QUEUE_MS = 200;
/** Milliseconds that requests have to end by themselves when the server is closed. */
const CLOSE_MS = 1_000;

/**
 * Binds the server to the path, in the place of whatever is there.
 *
 * @throws When the path does not take it; the server is closed then.
 */
export async function bindControlSocket(
  server: Server,
  path: string,
  pid: number,
): Promise<BoundSocket> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const ownPath = `${path}.${pid}`;
  await unlinkIfThere(ownPath);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(ownPath, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const ino = await putInPlace(ownPath, path).catch(async (error: unknown) => {
    server.close();
    await unlinkIfThere(ownPath);
    throw error;
  });
  const look = () => lookAt(path, ino);
  return {
    look,
    leave: () => void server.close(),
    close: async () => {
      if (await look() === "ours") await unlinkIfThere(path);
      // Who connected just before another server took the path waits in this one's queue.
      else await sleep(QUEUE_MS);
      await closeServer(server);
    },
  };
}

/** Moves a socket to the path; returns its inode. */
async function putInPlace(ownPath: string, path: string): Promise<number> {
  await chmod(ownPath, 0o600);
  const { ino } = await stat(ownPath);
  await rename(ownPath, path);
  return ino;
}

/** Whether somebody accepts connections on the socket; a stale one is left by a dead process. */
export function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const end = (answered: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answered);
    };
    const timer = setTimeout(() => end(false), ANSWER_MS);
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}

async function closeServer(server: Server): Promise<void> {
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearTimeout(timer);
}

async function lookAt(path: string, ownInode: number): Promise<SocketPlace> {
  try {
    return (await stat(path)).ino === ownInode ? "ours" : "other";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? "gone" : "unknown";
  }
}

async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
