/**
 * The documents that people read: README.md and docs/*.md.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Block, readBlocks } from "./read_blocks.ts";

/** The repository's folder. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A document, read. */
export interface Document {
  /** `docs/config.md`. */
  readonly name: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** All documents, README first. */
export function listDocuments(): readonly Document[] {
  const docs = readdirSync(join(ROOT, "docs")).filter((name) => name.endsWith(".md")).sort();
  return ["README.md", ...docs.map((name) => `docs/${name}`)].map((name) => {
    const text = readFileSync(join(ROOT, name), "utf8");
    return { name, text, blocks: readBlocks(text, name) };
  });
}
