/**
 * Reads the stages of a Dockerfile.
 *
 * Pure. The rule: a stage is found by what is written; a name that is a variable's value is none.
 * Grammar: https://docs.docker.com/build/building/multi-stage/
 *
 * @module
 */
import { type Instruction, readInstructions } from "./read_instructions.ts";

/** What stands between one FROM and the next. */
export interface Stage {
  /** In small letters, as the names of stages are compared. */
  readonly name?: string;
  /** Which of the stages before it is its base; none where that is an image. */
  readonly base?: number;
  readonly instructions: readonly Instruction[];
}

/** A Dockerfile. */
export interface Stages {
  /** What stands before the first FROM. */
  readonly head: readonly Instruction[];
  readonly stages: readonly Stage[];
}

/** The stages of `text`, in their order. */
export function readStages(text: string): Stages {
  const [head = [], ...rest] = splitAtFrom(readInstructions(text));
  const stages: Stage[] = [];
  for (const [from, ...instructions] of rest) {
    const [, image = "", name] = /^(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(from?.rest ?? "") ??
      [];
    const base = findNamed(stages, image);
    stages.push({
      ...(name === undefined ? {} : { name: name.toLowerCase() }),
      ...(base === undefined ? {} : { base }),
      instructions,
    });
  }
  return { head, stages };
}

/** Which of `stages` is meant by its name, or by its number from 0. */
export function findStage(stages: readonly Stage[], name: string): number | undefined {
  const named = findNamed(stages, name);
  if (named !== undefined || !/^\d+$/.test(name)) return named;
  return Number(name) < stages.length ? Number(name) : undefined;
}

/** Of two stages with one name, the later one has it. */
function findNamed(stages: readonly Stage[], name: string): number | undefined {
  const at = stages.findLastIndex((stage) => stage.name === name.toLowerCase());
  return at === -1 ? undefined : at;
}

/** The first part is what stands before every FROM; each other part begins with one. */
function splitAtFrom(instructions: readonly Instruction[]): readonly (readonly Instruction[])[] {
  const parts: Instruction[][] = [[]];
  for (const instruction of instructions) {
    if (instruction.word === "FROM") parts.push([]);
    parts.at(-1)?.push(instruction);
  }
  return parts;
}
