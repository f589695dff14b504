/**
 * Says what can come next on a command line.
 *
 * Pure. The rule: only what would be taken there; where a file is wanted, the shell completes it.
 *
 * @module
 */
import type { ArgumentNode, CommandNode, OptionNode } from "./command_tree.ts";
import type { ProjectNames } from "./read_project_names.ts";

/** A word that fits. */
export interface Candidate {
  readonly word: string;
  readonly description?: string;
}

/** What fits: words, or the name of a file. */
export type Completion =
  | { readonly kind: "words"; readonly candidates: readonly Candidate[] }
  | { readonly kind: "file" };

/** Where the last of the words stands. */
interface Position {
  readonly command: CommandNode;
  /** Those of luma itself and of every command on the way. */
  readonly options: readonly OptionNode[];
  /** Arguments of the command that are there already. */
  readonly given: readonly string[];
  /** The option whose value comes next. */
  readonly awaited?: OptionNode;
  /** After `--`: words of another program. */
  readonly isForeign: boolean;
}

const NOTHING: Completion = { kind: "words", candidates: [] };

/**
 * What fits at the end of a command line.
 *
 * @param words Those after `luma`; the last is what was typed of the word to complete.
 */
export function completeWords(
  root: CommandNode,
  words: readonly string[],
  names: ProjectNames,
): Completion {
  const typed = words.at(-1) ?? "";
  const position = walk(root, words.slice(0, -1));
  if (position.isForeign) return { kind: "file" };
  const [, flag, begun] = /^(--[\w-]+)=(.*)$/.exec(typed) ?? [];
  const option = flag === undefined ? undefined : findOption(position.options, flag);
  if (option !== undefined && begun !== undefined) {
    return prefixed(completeValue(option, names), `${flag}=`, typed);
  }
  if (position.awaited !== undefined) {
    return starting(completeValue(position.awaited, names), typed);
  }
  if (typed.startsWith("-")) return starting(completeOptions(position.options), typed);
  if (position.command.commands.length > 0) {
    if (position.given.length > 0) return NOTHING;
    const candidates = position.command.commands.map(({ name, description }) => ({
      word: name,
      description,
    }));
    return starting({ kind: "words", candidates }, typed);
  }
  return starting(completeArgument(position, names), typed);
}

/** The file that `-c` names on a command line; none where it names none. */
export function findFileOption(words: readonly string[]): string | undefined {
  for (const [at, word] of words.slice(0, -1).entries()) {
    if (word === "--") return undefined;
    const written = /^--config=(.+)$/.exec(word)?.[1];
    if (written !== undefined) return written;
    if ((word === "-c" || word === "--config") && at < words.length - 2) return words[at + 1];
  }
  return undefined;
}

function walk(root: CommandNode, words: readonly string[]): Position {
  let command = root;
  let options = root.options;
  let given: string[] = [];
  let awaited: OptionNode | undefined;
  for (const word of words) {
    if (awaited !== undefined) awaited = undefined;
    else if (word === "--") return { command, options, given, isForeign: true };
    else if (word.startsWith("-")) {
      const option = findOption(options, word);
      awaited = option?.value === undefined ? undefined : option;
    } else {
      const child = command.commands.find(({ name }) => name === word);
      if (child === undefined) given.push(word);
      else {
        command = child;
        options = [...child.options, ...options];
        given = [];
      }
    }
  }
  return { command, options, given, isForeign: false, ...(awaited && { awaited }) };
}

function findOption(options: readonly OptionNode[], flag: string): OptionNode | undefined {
  return options.find(({ flags }) => flags.includes(flag));
}

function completeOptions(options: readonly OptionNode[]): Completion {
  const long = options.flatMap(({ flags, description }) => {
    const word = flags.findLast((flag) => flag.startsWith("--"));
    return word === undefined ? [] : [{ word, description }];
  });
  const words = new Map(long.map((candidate) => [candidate.word, candidate]));
  return { kind: "words", candidates: [...words.values()] };
}

function completeValue({ value = "", choices }: OptionNode, names: ProjectNames): Completion {
  return value === "file" || value === "path"
    ? { kind: "file" }
    : completeNamed({ name: value, isVariadic: false, choices }, [], names);
}

function completeArgument({ command, given }: Position, names: ProjectNames): Completion {
  const last = command.arguments.at(-1);
  const argument = command.arguments[given.length] ?? (last?.isVariadic ? last : undefined);
  return argument === undefined ? NOTHING : completeNamed(argument, given, names);
}

function completeNamed(
  { name, choices }: ArgumentNode,
  given: readonly string[],
  { apps, services, servers }: ProjectNames,
): Completion {
  const words = choices.length > 0
    ? choices
    : /^apps?$|^name$/.test(name)
    ? [...apps, ...services]
    : /^services?$/.test(name)
    ? services
    : /^servers?$/.test(name)
    ? servers
    : [];
  const candidates = words.filter((word) => !given.includes(word)).map((word) => ({ word }));
  return { kind: "words", candidates };
}

function starting(completion: Completion, typed: string): Completion {
  if (completion.kind === "file") return completion;
  const candidates = completion.candidates.filter(({ word }) => word.startsWith(typed));
  return { kind: "words", candidates };
}

/** `--app=bl` is one word for the shell: so are its candidates. */
function prefixed(completion: Completion, prefix: string, typed: string): Completion {
  if (completion.kind === "file") return completion;
  const candidates = completion.candidates.map((one) => ({ ...one, word: prefix + one.word }));
  return starting({ kind: "words", candidates }, typed);
}
