/**
 * Tells what a folder's program is written in, how it is started, and on which port it listens.
 *
 * Pure. The rule: the first sign counts, in the order of how much it tells; what is not sure is not
 * said.
 *
 * @module
 */
import { splitWords } from "../config/split_words.ts";
import type { ProjectFolder } from "./project_folder.ts";

/** What init can tell apart. */
export type Language =
  | "Bun"
  | "Deno"
  | "Node.js"
  | "Python"
  | "Go"
  | "Ruby"
  | "Rust"
  | "PHP"
  | "static files";

/** A folder's program. */
export interface Program {
  readonly language: Language;
  /** The file that tells. */
  readonly sign: string;
  /** The words that start it, where they are known and need no shell. */
  readonly start?: readonly string[];
  /** It has a script that builds it before it is started. */
  readonly isBuilt: boolean;
  /** The port that its kind listens on, where the environment says nothing. */
  readonly port: number;
}

/** The program of `folder`; none where no sign is found. */
export function detectProgram(folder: ProjectFolder): Program | undefined {
  return detectDeno(folder) ?? detectJavaScript(folder) ?? detectByFile(folder);
}

const OTHERS: readonly (readonly [sign: string, language: Language, port: number])[] = [
  ["go.mod", "Go", 8080],
  ["Cargo.toml", "Rust", 8080],
  ["Gemfile", "Ruby", 3000],
  ["requirements.txt", "Python", 8000],
  ["pyproject.toml", "Python", 8000],
  ["composer.json", "PHP", 8000],
  ["index.html", "static files", 80],
  ["public/index.html", "static files", 80],
];

function detectByFile({ names, texts }: ProjectFolder): Program | undefined {
  const found = OTHERS.find(([sign]) => names.has(sign) || texts.has(sign));
  if (found === undefined) return undefined;
  const [sign, language, port] = found;
  return { language, sign, port, isBuilt: false };
}

function detectDeno({ texts }: ProjectFolder): Program | undefined {
  const sign = ["deno.json", "deno.jsonc"].find((name) => texts.has(name));
  if (sign === undefined) return undefined;
  const { tasks } = readJson(texts.get(sign));
  const main = ["main.ts", "server.ts", "main.js", "server.js"].find((name) => texts.has(name));
  const usual = main === undefined ? undefined : ["deno", "run", "-A", main];
  const start = readScript(tasks, "start", "deno") ?? usual;
  return { language: "Deno", sign, port: 8000, isBuilt: false, ...(start && { start }) };
}

function detectJavaScript({ names, texts }: ProjectFolder): Program | undefined {
  const text = texts.get("package.json");
  if (text === undefined) return undefined;
  const { scripts, main, module } = readJson(text);
  const isBun = ["bun.lock", "bun.lockb", "bunfig.toml"].some((name) => names.has(name)) ||
    readScript(scripts, "start", "bun") !== undefined;
  const program = isBun ? "bun" : "node";
  const candidates = [main, module, "server", "index", "app", "src/server", "src/index"]
    .filter((name) => typeof name === "string").map((name) => name.replace(/^\.\//, ""));
  const endings = isBun ? ["", ".ts", ".js", ".tsx", ".mjs"] : ["", ".js", ".mjs", ".cjs"];
  const file = candidates.flatMap((name) => endings.map((ending) => name + ending))
    .find((name) => texts.has(name));
  const hasScript = isRecord(scripts) && scripts["start"] !== undefined;
  const usual = file === undefined || hasScript ? undefined : [program, file];
  const start = readScript(scripts, "start") ?? usual;
  return {
    language: isBun ? "Bun" : "Node.js",
    sign: "package.json",
    port: 3000,
    isBuilt: isRecord(scripts) && typeof scripts["build"] === "string",
    ...(start && { start }),
  };
}

/** The words of a script that is one command and needs no shell; of `program`, where one is given. */
function readScript(
  scripts: unknown,
  name: string,
  program?: string,
): readonly string[] | undefined {
  const script = isRecord(scripts) ? scripts[name] : undefined;
  if (typeof script !== "string" || /[|&;<>()$`*?~\n]/.test(script)) return undefined;
  const words = splitWords(script);
  if (!words.ok || words.value[0]?.includes("=")) return undefined;
  return program === undefined || words.value[0] === program ? words.value : undefined;
}

/** JSON, also with comments; an empty object for anything else. */
function readJson(text = ""): Readonly<Record<string, unknown>> {
  const bare = text.replaceAll(
    /("(?:\\.|[^"\\])*")|\/\*[^]*?\*\/|\/\/[^\n]*/g,
    (_, string) => string ?? "",
  )
    .replaceAll(/,(\s*[}\]])/g, "$1");
  try {
    const value: unknown = JSON.parse(bare);
    return isRecord(value) ? value : {};
  } catch {
    // The program's own tools will tell; init goes on without the file.
    return {};
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
