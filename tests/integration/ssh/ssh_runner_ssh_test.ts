/**
 * The SSH runner against a real sshd.
 *
 * @module
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { Runner } from "../../../lib/ssh/runner.ts";
import { RunnerError, type RunnerFailure } from "../../../lib/ssh/runner_error.ts";
import { createSshRunner, type SshRunnerOptions } from "../../../lib/ssh/ssh_runner.ts";
import { findFreePort, makeKey, type TestSshServer, withSshServer } from "./ssh_server.ts";

/** Real processes take longer than a test usually may. */
const LIMIT = { timeout: 60_000 };

/** Runs `use` with a runner of the server, and closes the runner. */
async function withRunner(
  server: TestSshServer,
  use: (runner: Runner) => Promise<void>,
  options: Partial<SshRunnerOptions> = {},
): Promise<void> {
  const { configFile } = server;
  // Its sockets are in the server's folder, so that a test can look at them.
  const env = { XDG_RUNTIME_DIR: server.folder };
  const runner = createSshRunner({ server: server.server, configFile, env, ...options });
  try {
    await use(runner);
  } finally {
    await runner.close();
  }
}

function failsWith(kind: RunnerFailure, words: RegExp, hint: RegExp): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof RunnerError, String(error));
    assert.equal(error.kind, kind, error.message);
    assert.equal(error.exitCode, 3);
    assert.match(error.message, words);
    assert.match(error.hint ?? "", hint);
    return true;
  };
}

/** The sockets of shared connections that stand. */
function sharedSockets(server: TestSshServer): readonly string[] {
  return readdirSync(join(server.folder, "luma"));
}

function hostileWords(): readonly string[] {
  return ["a b", "it's", "$HOME", "`id`", "\\n", "x\ny", "", "-n", "*", "ä🐋", "!!", "a\\'b", "%h"];
}

test("run() gives status, output and exact arguments over SSH", LIMIT, async () => {
  await withSshServer((server) =>
    withRunner(server, async (runner) => {
      const script = 'printf "%s|" "$@"; echo err >&2; exit 7';
      const words = hostileWords();
      const output = await runner.run({ argv: ["sh", "-c", script, "sh", ...words] });
      assert.deepEqual(output, {
        status: 7,
        stdout: words.map((word) => `${word}|`).join(""),
        stderr: "err\n",
      });
    })
  );
});

test("run() passes exact bytes and streams lines over SSH", LIMIT, async () => {
  await withSshServer((server) =>
    withRunner(server, async (runner) => {
      const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
      const { stdout } = await runner.run({ argv: ["od", "-An", "-v", "-tu1"], stdin: bytes });
      assert.deepEqual(stdout.trim().split(/\s+/).map(Number), [...bytes]);

      const release = Promise.withResolvers<void>();
      async function* source() {
        await release.promise;
        yield new TextEncoder().encode("go\n");
      }
      const lines: string[] = [];
      const onLine = (line: string) => {
        lines.push(line);
        release.resolve();
      };
      const argv = ["sh", "-c", "echo ready; read word; echo $word"];
      await runner.run({ argv, stdin: source(), onLine });
      assert.deepEqual(lines, ["ready", "go"]);
    })
  );
});

test("run() tells a command's own status 255 from a failure of ssh", LIMIT, async () => {
  await withSshServer((server) =>
    withRunner(server, async (runner) => {
      const output = await runner.run({ argv: ["sh", "-c", "echo mine >&2; exit 255"] });
      assert.deepEqual(output, { status: 255, stdout: "", stderr: "mine\n" });
    })
  );
});

test("run() notes the host key of a new server down", LIMIT, async () => {
  await withSshServer((server) =>
    withRunner(server, async (runner) => {
      await runner.run({ argv: ["true"] });
      const known = readFileSync(join(server.folder, "known_hosts"), "utf8");
      assert.match(known, new RegExp(`^\\[127\\.0\\.0\\.1\\]:${server.port} ssh-ed25519 `, "m"));
    })
  );
});

test(
  "run() refuses a new server, when the user's configuration says yes to strict checking",
  LIMIT,
  async () => {
    await withSshServer(async (server) => {
      server.configure("StrictHostKeyChecking yes");
      await withRunner(server, (runner) =>
        assert.rejects(
          runner.run({ argv: ["true"] }),
          failsWith("host-key-unknown", /web1 \(127\.0\.0\.1\).*not known/, /Connect once by hand/),
        ));
    });
  },
);

test("run() checks host keys, when the user's configuration says not to", LIMIT, async () => {
  await withSshServer(async (server) => {
    server.configure("StrictHostKeyChecking no");
    await withRunner(server, async (runner) => {
      await runner.run({ argv: ["true"] });
    });
    await server.changeHostKey();
    await withRunner(
      server,
      (runner) => assert.rejects(runner.run({ argv: ["true"] }), RunnerError),
    );
  });
});

test("run() refuses a changed host key, and shows how to forget the old one", LIMIT, async () => {
  await withSshServer(async (server) => {
    await withRunner(server, async (runner) => {
      await runner.run({ argv: ["true"] });
    });
    const knownHosts = join(server.folder, "known_hosts");
    const before = readFileSync(knownHosts, "utf8");
    await server.changeHostKey();
    const line = `ssh-keygen -f '${knownHosts}' -R '[127.0.0.1]:${server.port}'`;
    await withRunner(
      server,
      (runner) =>
        assert.rejects(runner.run({ argv: ["true"] }), (error: unknown) => {
          failsWith("host-key-changed", /host key is not the one that is known/, /forget/)(error);
          assert.ok(
            (error as RunnerError).hint?.includes(line),
            String((error as RunnerError).hint),
          );
          return true;
        }),
    );
    assert.equal(readFileSync(knownHosts, "utf8"), before);
  });
});

test("run() says that no key was accepted, when the key is a wrong one", LIMIT, async () => {
  await withSshServer(async (server) => {
    makeKey(server.folder, "other");
    const wrong = { ...server.server, keyFile: join(server.folder, "other") };
    await withRunner(
      server,
      (runner) =>
        assert.rejects(
          runner.run({ argv: ["true"] }),
          failsWith("permission-denied", /accepts none of the keys.*publickey/, /ssh -p \d+ -i/),
        ),
      { server: wrong },
    );
  });
});

test("run() says that nothing listens, when the port is closed", LIMIT, async () => {
  const port = await findFreePort();
  const runner = createSshRunner({ server: { kind: "ssh", name: "h", host: "127.0.0.1", port } });
  const run = runner.run({ argv: ["true"] });
  await assert.rejects(run, failsWith("refused", /nothing listens/, /Check the port/));
});

test("run() says that the host is not found, when its name is not", LIMIT, async () => {
  const server = { kind: "ssh", name: "h", host: "no-such-host.invalid" } as const;
  const run = createSshRunner({ server }).run({ argv: ["true"] });
  await assert.rejects(
    run,
    failsWith("host-not-found", /h \(no-such-host.invalid\)/, /host name, or .*ssh\/config/),
  );
});

test(
  "run() says that the connection dropped, when it is cut in the middle, and connects anew",
  LIMIT,
  async () => {
    await withSshServer((server) =>
      withRunner(server, async (runner) => {
        const running = runner.run({
          argv: ["sh", "-c", "echo ready; sleep 5"],
          onLine: () => server.cutConnections(),
        });
        await assert.rejects(
          running,
          failsWith("dropped", /connection to web1 dropped while `sh -c` ran.*may still/, /again/),
        );
        assert.equal((await runner.run({ argv: ["echo", "back"] })).stdout, "back\n");
      })
    );
  },
);

test("run() says that the connection dropped, when its own ssh is killed", LIMIT, async () => {
  await withSshServer((server) =>
    withRunner(server, async (runner) => {
      const running = runner.run({
        argv: ["sh", "-c", "echo ready; sleep 5"],
        onLine: () => {
          for (const pid of findClients(server.configFile)) process.kill(pid, "SIGKILL");
        },
      });
      await assert.rejects(running, failsWith("dropped", /connection to web1 dropped/, /again/));
    })
  );
});

/** The processes of this machine's ssh that were started with `configFile`. */
function findClients(configFile: string): readonly number[] {
  return readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name)).map(Number).filter((pid) => {
    try {
      const [program = "", ...words] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      return /(^|\/)ssh$/.test(program) && words.includes(configFile);
    } catch {
      return false;
    }
  });
}

test("run() uses one connection for 20 commands at once, with MaxSessions 10", LIMIT, async () => {
  await withSshServer((server) =>
    withRunner(server, async (runner) => {
      const runs = Array.from({ length: 20 }, (_, at) =>
        runner.run({ argv: ["sh", "-c", `sleep 0.05; echo ${at}`] }));
      const outputs = await Promise.all(runs);
      assert.deepEqual(
        outputs.map(({ stdout }) =>
          Number(stdout)
        ),
        [...outputs.keys()],
      );
      // What a login shell's own files say on standard error is the server's, not ssh's.
      assert.deepEqual(
        outputs.filter(({ status, stderr }) => status !== 0 || /mux_client/.test(stderr)),
        [],
      );
      assert.equal(server.connections().length, 1);
    })
  );
});

test(
  "run() works without a shared connection, when the server allows one session on each",
  LIMIT,
  async () => {
    const lines = () => ["MaxSessions 1"];
    await withSshServer((server) =>
      withRunner(server, async (runner) => {
        const runs = ["a", "b"].map((word) =>
          runner.run({ argv: ["sh", "-c", `sleep 0.2; echo ${word}`] })
        );
        const outputs = await Promise.all(runs);
        const expected = ["a\n", "b\n"].map((stdout) => ({ status: 0, stdout, stderr: "" }));
        assert.deepEqual(outputs, expected);
      }), lines);
  },
);

test("close() ends the shared connection", LIMIT, async () => {
  await withSshServer(async (server) => {
    await withRunner(server, async (runner) => {
      await runner.run({ argv: ["true"] });
      assert.equal(server.connections().length, 1);
      assert.equal(sharedSockets(server).length, 1);
    });
    // ssh answers before the process that shares the connection has ended.
    while (sharedSockets(server).length > 0) await setImmediate();
    await server.idle();
  });
});

test(
  "run() ends the local ssh and closes the remote input, when the signal is aborted",
  LIMIT,
  async () => {
    await withSshServer((server) =>
      withRunner(server, async (runner) => {
        const abort = new AbortController();
        const ended = join(server.folder, "ended");
        async function* open() {
          await new Promise(() => {});
          yield new Uint8Array();
        }
        const running = runner.run({
          argv: ["sh", "-c", `echo ready; cat >/dev/null; touch ${ended}`],
          stdin: open(),
          signal: abort.signal,
          onLine: () => abort.abort(new Error("enough")),
        });
        await assert.rejects(running, /enough/);
        while (!existsSync(ended)) await runner.run({ argv: ["true"], timeoutMs: 5000 });
      })
    );
  },
);

test(
  "run() gives up waiting, when the time is over, and says that it may still finish",
  LIMIT,
  async () => {
    await withSshServer((server) =>
      withRunner(server, async (runner) => {
        await runner.run({ argv: ["true"] });
        const run = runner.run({ argv: ["sleep", "3"], timeoutMs: 100 });
        await assert.rejects(
          run,
          failsWith("timed-out", /`sleep 3` on web1.*100 ms.*may still finish/, /^$/),
        );
      })
    );
  },
);

test("run() says so, when the server's shell prints something by itself", LIMIT, async () => {
  const lines = () => [`ForceCommand echo "agent 12"; sh -c "$SSH_ORIGINAL_COMMAND"`];
  await withSshServer((server) =>
    withRunner(server, (runner) =>
      assert.rejects(
        runner.run({ argv: ["true"] }),
        failsWith("unreachable", /web1: its shell prints "agent 12\\n" by itself/, /\.bashrc/),
      )), lines);
});
