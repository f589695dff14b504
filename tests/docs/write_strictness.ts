/**
 * Renews docs/strictness.md: `bun run docs`.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { formatStrictness, STRICTNESS_FILE } from "./format_strictness.ts";

writeFileSync(STRICTNESS_FILE, formatStrictness());
