/**
 * The words of `luma logs`, `exec`, `restart` and `remove`, their options and help.
 *
 * The rule: a command's module is imported when the command runs.
 *
 * @module
 */
import process from "node:process";
import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { omitUndefined } from "../config/omit_undefined.ts";
import { parseCount, readShowOptions, tailOption } from "./log_options.ts";
import type { RunCommand } from "./types.ts";

/** Adds `luma logs`. */
export function addLogs(program: CommandUnknownOpts, run: RunCommand): void {
  program.command("logs")
    .description("show what apps and services wrote, and follow it with -f")
    .argument("[name...]", "names of apps and services; all when none is given")
    .option("-f, --follow", "go on with what comes, over deployments too, until Ctrl-C")
    .option("--since <when>", "what was written since: 10m, 2d, or 2026-01-31T12:00:00Z")
    .addOption(tailOption())
    .addOption(colorOption())
    .addOption(replicaOption())
    .option("--no-prefix", "no container's name in front of the lines of several")
    .addHelpText("after", LOGS_EXAMPLES)
    .action((names, { color, replica, ...options }, command: CommandUnknownOpts) =>
      run({ secrets: false, streams: true }, async (context) => {
        const [{ logs }, { createProcessSink }, shown] = await Promise.all([
          import("../commands/logs.ts"),
          import("./process_sink.ts"),
          readShowOptions(options, command),
        ]);
        const choice = omitUndefined({ color, replica });
        await logs({ names, ...choice, ...shown }, context, createProcessSink());
      })
    );
}

/** Adds `luma exec`. */
export function addExec(program: CommandUnknownOpts, run: RunCommand): void {
  program.command("exec")
    .description("run a command in a container of an app or a service")
    .argument("<name>", "name of an app or a service")
    .argument("<command...>", "the command and its arguments, after --")
    .addOption(colorOption())
    .addOption(replicaOption())
    .option("-T, --no-tty", "give it no terminal, also where there is one")
    .addHelpText("after", EXEC_EXAMPLES)
    .action((name, command, { color, replica, tty }) =>
      run({ secrets: false, streams: true }, async (context) => {
        const { exec } = await import("../commands/exec.ts");
        const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
        return await exec({
          name,
          command,
          ...omitUndefined({ color, replica }),
          tty: tty && isTerminal,
        }, context);
      })
    );
}

/** Adds `luma restart`. */
export function addRestart(program: CommandUnknownOpts, run: RunCommand): void {
  program.command("restart")
    .description("restart what runs: apps without losing a request, services in place")
    .argument("<name...>", "names of apps and services")
    .option("--with-changes", "with what changed in luma.yml since the deployment")
    .addHelpText("after", RESTART_EXAMPLES)
    .action((names, options) =>
      run({ secrets: true }, async (context) => {
        const { restart } = await import("../commands/restart.ts");
        await restart({ names, withChanges: options.withChanges === true }, context);
      })
    );
}

/** Adds `luma remove`. */
export function addRemove(program: CommandUnknownOpts, run: RunCommand): void {
  program.command("remove")
    .description("take apps and services away, or the whole project, without cutting a request")
    .argument("[name...]", "names of apps and services, also ones that luma.yml has no more")
    .option("--all", "the whole project, with its network and records")
    .option("--volumes", "with the data in its volumes, which stay otherwise")
    .option("-y, --yes", "do not ask")
    .option("--dry-run", "show what would be removed, and remove nothing")
    .addHelpText("after", REMOVE_EXAMPLES)
    .action((names, options) =>
      run({ secrets: false }, async (context) => {
        const { remove } = await import("../commands/remove.ts");
        await remove({
          names,
          all: options.all === true,
          volumes: options.volumes === true,
          yes: options.yes === true,
          dryRun: options.dryRun === true,
        }, context);
      })
    );
}

function colorOption() {
  return new Option("--color <color>", "that color; the one in use when none is given")
    .choices(["blue", "green"] as const);
}

function replicaOption() {
  return new Option("--replica <number>", "that replica, counted from 1").argParser(parseCount);
}

const LOGS_EXAMPLES = `
Examples:
  luma logs blog                   the newest lines of the color in use
  luma logs -f blog                follow them; a deployment's new replicas join in
  luma logs --since 1h blog db     the last hour of both, in the order of time
  luma logs --json --since 1h      one object a line: time, server, container, stream, line
`;

const RESTART_EXAMPLES = `
Examples:
  luma restart blog        new replicas of the image that runs, as a deployment brings them
  luma restart db          a service, in place: it is away for a moment

When luma.yml has changed since the deployment, an app is not restarted: luma deploy brings the changes.
`;

const REMOVE_EXAMPLES = `
Examples:
  luma remove blog               asks first, and says what goes and what stays
  luma remove --all --dry-run    what is there of this project
  luma remove --all --volumes    everything, with its data

New requests are turned away at once; those that are being answered have deploy.drain_timeout to end.
`;

const EXEC_EXAMPLES = `
Examples:
  luma exec blog -- bin/rails console       a terminal inside, where you sit at one
  luma exec blog --replica 2 -- env         in the second replica
  luma exec db -- pg_dump shop > shop.sql   bytes as they are, and the command's exit code
  luma exec db -- psql shop < shop.sql

What stands after -- is run as it is; for pipes and variables inside: luma exec blog -- sh -c '…'
`;
