/**
 * This process's standard output and error, for what is written for as long as somebody reads it.
 *
 * The rule: a reader that is slow slows the writer down; one that went away is no error.
 *
 * @module
 */
import process from "node:process";
import type { Writable } from "node:stream";
import type { LogSink } from "../logs/log_printer.ts";

/** Makes the {@linkcode LogSink} of this process. */
export function createProcessSink(): LogSink {
  const gone = new AbortController();
  const streams = { stdout: process.stdout, stderr: process.stderr };
  for (const stream of Object.values(streams)) {
    const onEnd = () => gone.abort(new Error("Nobody reads the output any more"));
    stream.on("error", onEnd);
    stream.on("close", onEnd);
  }
  return {
    gone: gone.signal,
    write(name, text) {
      const stream = streams[name];
      return gone.signal.aborted || stream.write(text) ? undefined : drained(stream, gone.signal);
    },
  };
}

/** Resolves when more can be written, or never will be. */
function drained(stream: Writable, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off("drain", done);
      gone.removeEventListener("abort", done);
      resolve();
    };
    stream.on("drain", done);
    gone.addEventListener("abort", done);
  });
}
