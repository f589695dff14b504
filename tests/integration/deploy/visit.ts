/**
 * Single visits to a deployed app, through the proxy's published port.
 *
 * @module
 */
import { request } from "node:http";
import type { LabEnv } from "../../lab/lab_env.ts";

/** An answer, read to its end. */
export interface Visit {
  readonly status: number;
  readonly version: string;
  readonly body: string;
}

/** What is visited, and how long. */
export interface VisitOptions {
  readonly path?: string;
  /** Milliseconds without a byte after which it is given up: what was sent to a network that went is never answered. */
  readonly limitMs?: number;
}

/** One GET on a connection of its own. */
export function visit(
  lab: Pick<LabEnv, "serverAddress">,
  host: string,
  { path = "/", limitMs = 60_000 }: VisitOptions = {},
): Promise<Visit> {
  return new Promise((resolve, reject) => {
    const call = request(
      { host: lab.serverAddress, port: 80, path, headers: { host }, agent: false },
      (answer) => {
        let body = "";
        answer.setEncoding("utf8").on("data", (text: string) => body += text);
        answer.on("end", () =>
          resolve({
            status: answer.statusCode ?? 0,
            version: String(answer.headers["x-app-version"] ?? ""),
            body,
          }));
        answer.on("error", reject);
      },
    );
    call.on("error", reject);
    call.setTimeout(limitMs, () => call.destroy(new Error(`nothing after ${limitMs} ms`)));
    call.end();
  });
}
