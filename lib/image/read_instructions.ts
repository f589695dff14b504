/**
 * Reads the instructions of a Dockerfile.
 *
 * Pure. Grammar: https://docs.docker.com/reference/dockerfile/
 *
 * @module
 */

/** One instruction. */
export interface Instruction {
  /** In capitals: `COPY`. */
  readonly word: string;
  /** What follows, in one line. */
  readonly rest: string;
}

/** The instructions with their continued lines, without comments and without the text of here-documents. */
export function readInstructions(text: string): readonly Instruction[] {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/).filter((line) =>
    !/^\s*(#|$)/.test(line)
  );
  const joined = lines.join("\n").replaceAll(/\\[ \t]*\n/g, " ").split("\n");
  const instructions: Instruction[] = [];
  for (let line = joined.shift(); line !== undefined; line = joined.shift()) {
    const [, word, rest] = /^\s*([A-Za-z]+)\s+(.*?)\s*$/.exec(line) ?? [];
    if (word === undefined || rest === undefined) continue;
    instructions.push({ word: word.toUpperCase(), rest });
    const [, name] = /(?<!<)<<-?(?!<)["']?(\w+)["']?/.exec(rest) ?? [];
    const end = joined.findIndex((one) => one.trim() === name);
    if (name !== undefined && end >= 0) joined.splice(0, end + 1);
  }
  return instructions;
}
