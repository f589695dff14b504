/**
 * Runs the commands of the documents: they print what the documents say.
 *
 * The rule: blocks marked `console` are transcripts, blocks marked `sh` scripts; what is not run
 * has its reason in the document, and is listed.
 *
 * @module
 */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { listDocuments } from "../../docs/list_documents.ts";
import { matchOutput } from "../../docs/match_output.ts";
import { type Block, directivesOf, isTranscript, readTranscript } from "../../docs/read_blocks.ts";
import { withDocumentFolder } from "./document_folder.ts";
import { checkApp } from "./run_app.ts";
import { hasProgram, runShell, type ShellOptions } from "./run_shell.ts";

/** Commands before a document's first transcript: README shows a second deployment. */
const BEFORE: Readonly<Record<string, string>> = {
  "README.md":
    "docker tag my-blog:v1 my-blog && luma deploy && docker tag my-blog:v2 my-blog:latest",
};

for (const { name, blocks } of listDocuments()) {
  if (!blocks.some(isRun)) continue;
  test(`the commands of ${name} do what it says`, async () => {
    await withDocumentFolder(async (options) => {
      let before = BEFORE[name];
      for (const block of blocks) {
        await writeConfig(block, options);
        if (isTranscript(block) && before !== undefined) {
          await runQuietly(before, block, options);
          before = undefined;
        }
        await runBlock(block, options);
      }
    });
  });
}

function isRun(block: Block): boolean {
  return block.language === "sh" || isTranscript(block) || block.directives.length > 0;
}

/** A block that begins with `# luma.yml` is that file from there on. */
async function writeConfig({ language, text }: Block, { folder }: ShellOptions): Promise<void> {
  if (language !== "yaml" || !text.startsWith("# luma.yml\n")) return;
  await writeFile(join(folder, "luma.yml"), `${text}\n`);
}

async function runBlock(block: Block, options: ShellOptions): Promise<void> {
  for (const reason of directivesOf(block, "skip")) {
    console.log(`not run: ${block.place}, because ${reason}`);
    return;
  }
  for (const file of directivesOf(block, "file")) {
    await writeFile(join(options.folder, file), `${block.text}\n`);
  }
  for (const command of directivesOf(block, "run")) await runQuietly(command, block, options);
  for (const command of directivesOf(block, "app")) await runApp(command, block, options);
  if (block.language === "sh") await runQuietly(`set -e\n${block.text}`, block, options);
  if (isTranscript(block)) await followTranscript(block, options);
}

/** A runtime that this machine does not have is no failure of the document. */
async function runApp(command: string, { place }: Block, options: ShellOptions): Promise<void> {
  if (await hasProgram(command, options)) await checkApp(command, options);
  else console.log(`not run: ${place}, because this machine cannot: ${command}`);
}

async function runQuietly(script: string, { place }: Block, options: ShellOptions): Promise<void> {
  const [output] = await runShell([`(${script}\n)`], options);
  assert.equal(output?.status, 0, `${place}: ${script}\n${output?.text}`);
}

/** A command may fail where the next one asks how it ended. */
async function followTranscript(block: Block, options: ShellOptions): Promise<void> {
  const commands = readTranscript(block.text);
  const outputs = await runShell(commands.map(({ line }) => line), options);
  for (const [at, { line, expected }] of commands.entries()) {
    const { text = "", status } = outputs[at] ?? {};
    const where = `${block.place}: $ ${line}`;
    const difference = matchOutput(expected, text);
    if (difference !== undefined) assert.fail(`${where}\n${difference}`);
    if (commands[at + 1]?.line !== "echo $?") assert.equal(status, 0, where);
  }
}
