/**
 * Follows the logs of containers on one server, and of those that start meanwhile.
 *
 * The rule: what starts is heard from Docker since the moment of the first look, so that a deployment's
 * new replicas are shown from their first line on; a line is given out once.
 *
 * @module
 */
import { DockerError } from "../docker/docker_error.ts";
import type { LogQuery } from "../docker/log_query.ts";
import { type ContainerStart, type LoggedLine, readLog, watchStarts } from "../docker/read_log.ts";
import type { RunnerPool } from "../ssh/runner_pool.ts";
import type { LogOrigin, OriginLine } from "./log_printer.ts";

/** A container whose log is followed. */
export interface FollowedContainer {
  readonly id: string;
  readonly name: string;
}

/** What is followed. */
export interface FollowOptions {
  /** What is there at the first look. */
  readonly containers: readonly FollowedContainer[];
  /** When that was, by the server's clock. */
  readonly nowMs: number;
  /** What the containers have in common: `luma.project=shop`. */
  readonly label: string;
  /** Whether one that starts is followed too. */
  readonly isWanted: (start: ContainerStart) => boolean;
  /** Where the logs of the first ones begin. */
  readonly from: Pick<LogQuery, "since" | "tail">;
}

/** Through what they are followed. */
export interface FollowEffects {
  readonly pool: RunnerPool;
  /** The server's name. */
  readonly server: string;
  readonly expect: (origin: LogOrigin) => void;
  /** A promise that it returns is waited for. */
  readonly onLine: (line: OriginLine) => Promise<void> | undefined;
  readonly signal: AbortSignal;
}

/** Follows until `signal` is aborted, which is the normal end. */
export async function followLogs(options: FollowOptions, effects: FollowEffects): Promise<void> {
  const ended = new AbortController();
  const signal = AbortSignal.any([effects.signal, ended.signal]);
  const runs = new Map<string, Follower>();
  await new Promise<void>((resolve, reject) => {
    const follow = (container: FollowedContainer, from: FollowOptions["from"]) => {
      const known = runs.get(container.id);
      if (known !== undefined) return known.again();
      const follower = createFollower(container, { ...effects, signal });
      runs.set(container.id, follower);
      follower.start(from).catch(reject);
    };
    for (const container of options.containers) follow(container, options.from);
    const onStart = (start: ContainerStart) => {
      if (options.isWanted(start)) follow(start, {});
    };
    const watch = { sinceMs: options.nowMs, onStart, signal };
    effects.pool.use((runner) => watchStarts(runner, options.label, watch)).then(resolve, reject);
  }).catch((error: unknown) => {
    if (!effects.signal.aborted) throw error;
  }).finally(() => ended.abort(new Error("Not followed any more")));
}

interface Follower {
  start(from: FollowOptions["from"]): Promise<void>;
  /** It was started once more; where its log is still read to the end of the run before, after that. */
  again(): void;
}

function createFollower(container: FollowedContainer, effects: FollowEffects): Follower {
  const { pool, server, expect, onLine, signal } = effects;
  const origin: LogOrigin = { server, container: container.name };
  let last = "";
  let wake: () => void = () => {};
  let isAgain = false;
  const read = async (from: FollowOptions["from"]) => {
    // Docker's --since takes in the line of that very time, which was given out.
    const before = last;
    const take = (line: LoggedLine) => {
      if (line.time <= before) return;
      last = line.time > last ? line.time : last;
      return onLine({ ...line, origin });
    };
    const query = { container: container.id, follow: true, ...from };
    await pool.use((runner) => readLog(runner, query, { onLine: take, signal }))
      .catch(ignoreMissing);
  };
  return {
    async start(from) {
      expect(origin);
      await read(from);
      while (!signal.aborted) {
        if (!isAgain) await new Promise<void>((resolve) => wake = resolve);
        isAgain = false;
        await read(last === "" ? from : { since: last });
      }
    },
    again() {
      isAgain = true;
      wake();
    },
  };
}

/** One that was removed has said everything. */
function ignoreMissing(error: unknown): void {
  if (!(error instanceof DockerError) || error.kind !== "no-container") throw error;
}
