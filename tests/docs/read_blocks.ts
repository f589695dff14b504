/**
 * Finds the code blocks of a document, and what its comments tell the tests about them.
 *
 * Pure. A comment in front of a block is for that block:
 *
 * - `<!-- test: skip because … -->`: it is not run; the reason is printed.
 * - `<!-- test: run COMMAND -->`: runs before it.
 * - `<!-- test: file NAME -->`: it is the text of a file in the document's folder.
 * - `<!-- test: app COMMAND -->`: COMMAND starts it as an app, which has to end well on SIGTERM.
 *
 * @module
 */

/** A fenced block. */
export interface Block {
  /** `docs/config.md:12`, the line of its fence. */
  readonly place: string;
  /** After the fence; empty where there is none. */
  readonly language: string;
  readonly text: string;
  readonly directives: readonly Directive[];
}

/** What a comment in front of a block says. */
export interface Directive {
  readonly kind: "skip" | "run" | "file" | "app";
  readonly value: string;
}

/** A command of a transcript, and what the document says that it prints. */
export interface Command {
  readonly line: string;
  readonly expected: readonly string[];
}

const DIRECTIVE = /^<!-- test: (?:(skip) because|(run|file|app)) (.+) -->$/;

/**
 * The blocks of a document.
 *
 * @param name What it is called in a block's place.
 * @throws {Error} For a comment of this form that says nothing known, and for a block that has no end.
 */
export function readBlocks(text: string, name: string): readonly Block[] {
  const lines = text.split("\n");
  const blocks: Block[] = [];
  let directives: Directive[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (line.startsWith("<!-- test:")) directives.push(readDirective(line, `${name}:${at + 1}`));
    else if (line.startsWith("```")) {
      const end = lines.indexOf("```", at + 1);
      if (end < 0) throw new Error(`${name}:${at + 1}: the block has no end`);
      const language = line.slice(3).trim();
      const inside = lines.slice(at + 1, end).join("\n");
      blocks.push({ place: `${name}:${at + 1}`, language, text: inside, directives });
      directives = [];
      at = end;
    } else if (line.trim() !== "") directives = [];
  }
  return blocks;
}

function readDirective(line: string, place: string): Directive {
  const [, skip, kind, value = ""] = DIRECTIVE.exec(line) ?? [];
  const known = skip ?? kind;
  if (known === undefined) throw new Error(`${place}: nothing is known of "${line}"`);
  return { kind: known as Directive["kind"], value };
}

/** The values of a block's directives of a kind. */
export function directivesOf(block: Block, kind: Directive["kind"]): readonly string[] {
  return block.directives.filter((one) => one.kind === kind).map(({ value }) => value);
}

/** Whether a block is a transcript: commands after `$ `, and what they print. */
export function isTranscript({ language, text }: Block): boolean {
  return language === "console" || (language === "" && text.startsWith("$ "));
}

/** The commands of a transcript; a line that begins with `> ` goes on with the command above it. */
export function readTranscript(text: string): readonly Command[] {
  const commands: { line: string; expected: string[] }[] = [];
  for (const line of text.split("\n")) {
    const last = commands.at(-1);
    if (line.startsWith("$ ")) commands.push({ line: line.slice(2), expected: [] });
    else if (last === undefined) throw new Error(`No command is above "${line}"`);
    else if (line.startsWith("> ")) last.line += `\n${line.slice(2)}`;
    else last.expected.push(line);
  }
  return commands;
}
