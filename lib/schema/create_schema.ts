/**
 * Makes the JSON Schema of luma.yml, with which editors complete and check it.
 *
 * Pure. The rule: draft 7, which every language server for YAML knows, and one file without
 * references to others, so that it works offline.
 *
 * @module
 */
import { PROJECT_KEYS } from "../config/project_keys.ts";
import { propertiesOf } from "../config/section_schema.ts";
import type { ValueSchema } from "../config/value_schema.ts";

/** A schema with what the root of a file of JSON Schema has. */
export interface RootSchema extends ValueSchema {
  readonly $schema: string;
  readonly title: string;
}

/** The schema of a whole luma.yml. */
export function createSchema(): RootSchema {
  const holds = (key: string): ValueSchema => ({
    required: [key],
    properties: { [key]: { type: ["object", "array"], minProperties: 1, minItems: 1 } },
  });
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "luma.yml",
    description: "What luma deploys, and where.",
    type: "object",
    properties: propertiesOf(PROJECT_KEYS),
    patternProperties: { "^x-": { description: "For anchors: luma does not read it." } },
    additionalProperties: false,
    anyOf: [holds("apps"), holds("services")],
  };
}
