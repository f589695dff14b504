/**
 * A program for containers: `listen PORT` answers every line, `hold HOST PORT MS` keeps one connection
 * for MS milliseconds, sends a line every 10 ms, and prints what came back.
 *
 * It prints `ready` after the first answer, and at the end `sent N, answered N, cut true|false`.
 *
 * @module
 */
import { connect, createServer } from "node:net";
import process from "node:process";
import { createInterface } from "node:readline";

const [mode, ...words] = process.argv.slice(2);
if (mode === "listen") listen(Number(words[0]));
else hold(words[0] ?? "", Number(words[1]), Number(words[2]));

function listen(port: number): void {
  createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.pipe(socket);
  }).listen(port, "0.0.0.0");
}

function hold(host: string, port: number, holdMs: number): void {
  const socket = connect(port, host);
  let sent = 0;
  let answered = 0;
  let isCut = false;
  socket.on("error", () => isCut = true);
  socket.on("connect", () => {
    const timer = setInterval(() => socket.write(`${sent++}\n`), 10);
    setTimeout(() => {
      clearInterval(timer);
      socket.end();
    }, holdMs);
    // What was cut silently never closes.
    const giveUp = setTimeout(() => {
      isCut = true;
      socket.destroy();
    }, holdMs + 20_000);
    socket.on("close", () => {
      clearInterval(timer);
      clearTimeout(giveUp);
      process.stdout.write(`sent ${sent}, answered ${answered}, cut ${isCut}\n`);
    });
  });
  createInterface({ input: socket }).on("line", (line) => {
    if (Number(line) !== answered) isCut = true;
    answered += 1;
    if (answered === 1) process.stdout.write("ready\n");
  });
}
