/**
 * Says why a replica ended by itself, and what to do about it.
 *
 * Pure. The rule: the status of a process that the shell or the kernel chose is put into words.
 *
 * @module
 */

/** How a replica ended. */
export interface ReplicaExit {
  readonly exitCode: number;
  readonly oomKilled: boolean;
  /** None where it might take all. */
  readonly memoryLimitBytes?: number;
  /** Its last log lines. */
  readonly logs: readonly string[];
  readonly image: string;
}

/** An end in words. */
export interface ExplainedExit {
  /** What stands behind the replica's name: `exited with status 7`. */
  readonly what: string;
  readonly hint: string;
}

/** What a process ends with that SIGKILL ended. */
const KILLED = 137;

/** Signals that programs die of by themselves: the status is 128 more. */
const CRASHES: Readonly<Record<number, string>> = {
  132: "SIGILL",
  133: "SIGTRAP",
  134: "SIGABRT",
  135: "SIGBUS",
  136: "SIGFPE",
  139: "SIGSEGV",
};

/** The end in words, with what mends it. */
export function explainExit(exit: ReplicaExit): ExplainedExit {
  const { exitCode, oomKilled, logs, image } = exit;
  const what = `exited with status ${exitCode}`;
  if (oomKilled || exitCode === KILLED) return explainKill(exit);
  if (logs.some((line) => /exec format error/i.test(line))) {
    return {
      what: `${what}: its program cannot be executed`,
      hint: "It is made for another processor (docker build --platform), or a script whose first " +
        "line is not #!/bin/sh or the like",
    };
  }
  const crash = CRASHES[exitCode];
  if (crash !== undefined) {
    return {
      what: `crashed (${crash}, status ${exitCode})`,
      hint: `See it by hand: docker run --rm ${image}`,
    };
  }
  switch (exitCode) {
    case 0:
      return {
        what: "came to its end (status 0)",
        hint: "An app has to go on until SIGTERM: let its server stay in the foreground " +
          '(nginx: -g "daemon off;"), or check command: in luma.yml',
      };
    case 126:
    case 127:
      return {
        what: `${what}: its command ${exitCode === 127 ? "was not found" : "cannot be executed"}`,
        hint: "Check command: in luma.yml, or CMD and ENTRYPOINT of the image",
      };
  }
  return {
    what,
    hint: logs.length > 0
      ? "Its last log lines are above; mend that, then deploy again"
      : `It printed nothing. See it by hand: docker run --rm ${image}`,
  };
}

/** Engines do not always notice that the kernel killed a container for want of memory. */
function explainKill({ oomKilled, memoryLimitBytes, exitCode }: ReplicaExit): ExplainedExit {
  const why = oomKilled ? "out of memory" : "most likely out of memory";
  const what = `was killed, ${why} (status ${exitCode})`;
  if (memoryLimitBytes === undefined) {
    return {
      what,
      hint: "See what memory the server has with: free -m, and who was killed: dmesg",
    };
  }
  const limit = `${Math.round(memoryLimitBytes / 1024 / 1024)}m`;
  return { what, hint: `It may take ${limit}: raise memory: in luma.yml, or let it take less` };
}
