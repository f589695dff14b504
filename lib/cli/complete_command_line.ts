/**
 * Answers a shell that completes a command line: `luma __complete -- WORD…`.
 *
 * The rule: fast, for a person is typing; it contacts no server, and is silent about whatever is
 * wrong with the file: the command itself will say it.
 *
 * @module
 */
import { resolve } from "node:path";
import { completeWords, findFileOption } from "../completions/complete_words.ts";
import {
  NO_NAMES,
  type ProjectNames,
  readProjectNames,
} from "../completions/read_project_names.ts";
import { DISK_FILES } from "../config/config_files.ts";
import { addCommands } from "./add_commands.ts";
import { readCommandTree } from "./read_command_tree.ts";
import { createProgram } from "./run_command_line.ts";
import type { CliIo } from "./types.ts";

/** Where names are looked for, as commands do. */
const FILE_NAMES = ["luma.yml", "luma.yaml"];

/**
 * Prints what fits, a line for each: a word, and its description behind a tab; or `:file`.
 *
 * @param words The words after `luma`; the last is what was typed of the word to complete.
 */
export async function completeCommandLine(words: readonly string[], io: CliIo): Promise<void> {
  const program = createProgram(io);
  const nothing = () => Promise.resolve();
  addCommands(program, Object.assign(nothing, { bare: nothing, open: nothing }));
  const names = await readNames(io.cwd(), findFileOption(words));
  const completion = completeWords(readCommandTree(program), words, names);
  if (completion.kind === "file") return io.out(":file\n");
  const lines = completion.candidates.map(({ word, description }) =>
    description === undefined ? `${word}\n` : `${word}\t${description}\n`
  );
  io.out(lines.join(""));
}

async function readNames(folder: string, file: string | undefined): Promise<ProjectNames> {
  for (const name of file === undefined ? FILE_NAMES : [file]) {
    const text = await DISK_FILES.readText(resolve(folder, name)).catch(() => undefined);
    if (text !== undefined) return readProjectNames(text);
  }
  return NO_NAMES;
}
