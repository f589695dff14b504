/**
 * Writes a Dockerfile for a program that has none.
 *
 * Pure. The rule: only for what the tests build and deploy; a Dockerfile that may not work is worse
 * than none, for a person would look for the fault in their program.
 *
 * @module
 */
import type { Program } from "./detect_program.ts";
import type { ProjectFolder } from "./project_folder.ts";

/** The text of a Dockerfile; none where luma does not know how to make a good one. */
export function formatDockerfile(program: Program, folder: ProjectFolder): string | undefined {
  const { language, start } = program;
  if (start === undefined) return undefined;
  const lines = language === "Node.js"
    ? formatNode(program, folder)
    : language === "Bun"
    ? formatBun(program, folder)
    : language === "Deno"
    ? formatDeno(start)
    : undefined;
  if (lines === undefined) return undefined;
  const { port } = program;
  const user = language === "Node.js" ? "node" : language.toLowerCase();
  return [
    ...lines,
    "",
    `ENV ${language === "Deno" ? "" : "NODE_ENV=production "}PORT=${port}`,
    `EXPOSE ${port}`,
    "# Not root. The program is started without a shell, so that it gets SIGTERM itself.",
    `USER ${user}`,
    `CMD [${start.map((word) => JSON.stringify(word)).join(", ")}]`,
    "",
  ].join("\n");
}

function formatNode(
  { isBuilt, start }: Program,
  { names }: ProjectFolder,
): readonly string[] | undefined {
  // Other package managers have to be installed first, each in its own way.
  if (["yarn.lock", "pnpm-lock.yaml"].some((name) => names.has(name))) return undefined;
  const hasLock = names.has("package-lock.json");
  const install = hasLock ? "npm ci" : "npm install";
  return [
    "FROM node:22-slim",
    "WORKDIR /app",
    "# The packages alone first: they are installed anew only when they changed.",
    `COPY package.json ${hasLock ? "package-lock.json " : ""}./`,
    `RUN ${install}${isBuilt ? "" : " --omit=dev"} --no-audit --no-fund`,
    "COPY . .",
    ...(isBuilt ? ["RUN npm run build"] : []),
    ...pathFor(start, "node"),
  ];
}

function formatBun({ isBuilt, start }: Program, { names }: ProjectFolder): readonly string[] {
  const lock = ["bun.lock", "bun.lockb"].find((name) => names.has(name));
  return [
    "FROM oven/bun:1-slim",
    "WORKDIR /app",
    "# The packages alone first: they are installed anew only when they changed.",
    `COPY package.json ${lock === undefined ? "" : `${lock} `}./`,
    `RUN bun install${lock === undefined ? "" : " --frozen-lockfile"}${
      isBuilt ? "" : " --production"
    }`,
    "COPY . .",
    ...(isBuilt ? ["RUN bun run build"] : []),
    ...pathFor(start, "bun"),
  ];
}

function formatDeno(start: readonly string[]): readonly string[] | undefined {
  const entry = start.find((word) => /\.[cm]?[jt]sx?$/.test(word));
  if (entry === undefined) return undefined;
  return [
    "FROM denoland/deno:2",
    "WORKDIR /app",
    "COPY . .",
    "# What the program imports is part of the image.",
    `RUN deno cache ${entry}`,
  ];
}

/** Programs of packages are found as in a script of package.json. */
function pathFor(start: readonly string[] | undefined, runtime: string): readonly string[] {
  return start?.[0] === runtime ? [] : ["ENV PATH=/app/node_modules/.bin:$PATH"];
}
