import assert from "node:assert/strict";
import { test } from "node:test";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { addCommands } from "../../../lib/cli/add_commands.ts";
import { createProgram } from "../../../lib/cli/run_command_line.ts";
import { splitWords } from "../../../lib/config/split_words.ts";

/** The program with commands that only count how often they are run. */
function makeProgram(has = { version: true }) {
  let runs = 0;
  let text = "";
  const run = () => Promise.resolve(void (runs += 1));
  const program = createProgram({ out: (more) => void (text += more), err: () => {} }, has);
  addCommands(program, Object.assign(run, { bare: run, open: run }));
  return {
    program,
    runs: () => runs,
    helpOf(command: CommandUnknownOpts) {
      text = "";
      command.outputHelp();
      return text;
    },
  };
}

function listCommands(command: CommandUnknownOpts): readonly CommandUnknownOpts[] {
  return [command, ...command.commands.flatMap(listCommands)];
}

/** The command lines below `Examples:`, without what a shell does with their output. */
function readExamples(help: string): readonly string[] {
  const [, examples = ""] = help.split("\nExamples:\n");
  return examples.split("\n").filter((line) => line.startsWith("  luma"))
    .map((line) => line.trim().split(/ {2,}| [<>|] /)[0] ?? "");
}

test("addExamples() puts an example below the help of every command", () => {
  const { program, helpOf } = makeProgram();
  const without = listCommands(program).filter((command) =>
    readExamples(helpOf(command)).length === 0
  );
  assert.deepEqual(without.map((command) => command.name()), []);
});

test("every example in a command's help is a command line of that command", async () => {
  const { program, helpOf } = makeProgram();
  for (const command of listCommands(program)) {
    for (const example of readExamples(helpOf(command))) {
      // Behind a command `--version` is an option of that one.
      const fresh = makeProgram({ version: !example.includes("--version") });
      const words = splitWords(example);
      assert.ok(words.ok, example);
      await fresh.program.parseAsync(words.value.slice(1), { from: "user" });
      assert.equal(fresh.runs(), 1, example);
    }
  }
});
