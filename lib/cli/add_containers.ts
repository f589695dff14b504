/**
 * The words of `luma logs`, `exec`, `restart` and `remove`, their options and help.
 *
 * The rule: a command's module is imported when the command runs.
 *
 * @module
 */
import process from "node:process";
import { type CommandUnknownOpts, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import type { RunCommand } from "./types.ts";

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
          ...(color === undefined ? {} : { color }),
          ...(replica === undefined ? {} : { replica }),
          tty: tty && isTerminal,
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

/** A whole number from 1 on. */
function parseCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected a whole number from 1 on.");
}

const EXEC_EXAMPLES = `
Examples:
  luma exec blog -- bin/rails console       a terminal inside, where you sit at one
  luma exec blog --replica 2 -- env         in the second replica
  luma exec db -- pg_dump shop > shop.sql   bytes as they are, and the command's exit code
  luma exec db -- psql shop < shop.sql

What stands after -- is run as it is; for pipes and variables inside: luma exec blog -- sh -c '…'
`;
