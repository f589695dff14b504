/**
 * The command line of luma-proxy.
 *
 * The rule: a command's module is loaded when it is asked for, so that a health check and the holder
 * of the network stay small.
 *
 * @module
 */
import { VERSION } from "../version.ts";
import { type ProxyIo, ProxyUsageError } from "./proxy_io.ts";

/** What `luma-proxy --help` prints. */
export const HELP = `Usage: luma-proxy COMMAND [options]

Serves the apps of this machine over HTTP, and switches between their versions without losing a
request.

The proxy:
  run           run the proxy
  hold          own the proxy's network namespace
  health URL    check a URL, as luma-health does

Routes, by hand:
  deploy        make or change a route
  remove        remove a route
  list          show the routes
  status        show the proxy, its routes, and what they count
  check         probe endpoints

A deployment's steps:
  switch        make endpoints a route's next generation
  watch         wait until a generation is judged
  confirm       keep a generation for good
  switch-back   leave an unconfirmed generation
  drain         wait for what a color still answers
  call          any of these operations, JSON in and JSON out

luma-proxy COMMAND --help explains a command. --version prints the version.
`;

interface ProxyCommand {
  readonly help: string;
  readonly run: (args: readonly string[], io: ProxyIo) => Promise<number>;
}

/** Carries out a command line; resolves with the exit code. */
export async function runProxyCli(args: readonly string[], io: ProxyIo): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    io.stdout.write(HELP);
    return name === undefined ? 2 : 0;
  }
  if (name === "--version" || name === "version") {
    io.stdout.write(`${VERSION}\n`);
    return 0;
  }
  const command = await loadCommand(name);
  if (command === undefined) {
    io.stderr.write(`luma-proxy: no command "${name}"\nhint: luma-proxy --help\n`);
    return 2;
  }
  return await runWithUsage(`luma-proxy ${name}`, command, { args: rest, io });
}

/** Carries out `luma-health`; resolves with the exit code. */
export async function runHealthCli(args: readonly string[], io: ProxyIo): Promise<number> {
  if (args[0] === "--version") {
    io.stdout.write(`${VERSION}\n`);
    return 0;
  }
  const command = await loadCommand("health");
  return command === undefined ? 2 : await runWithUsage("luma-health", command, { args, io });
}

async function runWithUsage(
  program: string,
  command: ProxyCommand,
  call: { readonly args: readonly string[]; readonly io: ProxyIo },
): Promise<number> {
  const { args, io } = call;
  if (args.includes("--help") || args.includes("-h")) {
    io.stdout.write(command.help);
    return 0;
  }
  try {
    return await command.run(args, io);
  } catch (error) {
    if (!(error instanceof ProxyUsageError)) throw error;
    io.stderr.write(`${program}: ${error.message}\nhint: ${program} --help\n`);
    return 2;
  }
}

async function loadCommand(name: string): Promise<ProxyCommand | undefined> {
  switch (name) {
    case "run": {
      const { RUN_HELP, runCommand } = await import("./run_command.ts");
      return { help: RUN_HELP, run: runCommand };
    }
    case "worker": {
      const { workerCommand } = await import("./worker_command.ts");
      return { help: "Started by luma-proxy run.\n", run: workerCommand };
    }
    case "hold": {
      const { HOLD_HELP, holdCommand } = await import("./hold_command.ts");
      return { help: HOLD_HELP, run: holdCommand };
    }
    case "health": {
      const { HEALTH_HELP, healthCommand } = await import("./health_command.ts");
      return { help: HEALTH_HELP, run: healthCommand };
    }
    case "call": {
      const { CALL_HELP, callCommand } = await import("./call_command.ts");
      return { help: CALL_HELP, run: callCommand };
    }
    default: {
      const { findClientCommand } = await import("./client_commands.ts");
      return findClientCommand(name);
    }
  }
}
