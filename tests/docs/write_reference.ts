/**
 * Renews docs/commands.md: `bun run docs`.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { readReference, REFERENCE_FILE } from "./read_reference.ts";

writeFileSync(REFERENCE_FILE, readReference());
