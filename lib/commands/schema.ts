/**
 * `luma schema`: prints the JSON Schema of luma.yml.
 *
 * @module
 */
import { createSchema } from "../schema/create_schema.ts";
import type { BareContext } from "./context.ts";

/** Prints the schema: on several lines, or with `--json` on one. */
export function schema({ print, json }: Pick<BareContext, "print" | "json">): void {
  print(JSON.stringify(createSchema(), undefined, json ? undefined : 2));
}
