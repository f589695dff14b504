/**
 * Finds the value of a secret that luma.yml names.
 *
 * The rule: `.luma/secrets` counts before the environment, for it was written for this project.
 * An empty variable is a missing one: build servers make that of a secret they do not have.
 *
 * @module
 */
import type { ReadContext, SecretSource } from "./read_context.ts";
import { readParsed } from "./read_scalars.ts";
import { type Parsed, parsed, unparsed } from "./parsed.ts";
import { Secret } from "./secret.ts";
import type { Field } from "./section.ts";
import { suggestName } from "./suggest.ts";

/** A secret and its name. */
export interface NamedSecret {
  readonly name: string;
  readonly secret: Secret;
}

/** The secret's value; none where neither source has it. */
export function findSecret(name: string, source: SecretSource): Secret | undefined {
  const secret = source.file.get(name);
  if (secret !== undefined) return secret;
  const text = Object.hasOwn(source.env, name) ? source.env[name] : undefined;
  return text === undefined || text === "" ? undefined : new Secret(text);
}

/** Reads the name of a secret at `field` and finds it; a missing one is reported. */
export function readSecret(
  field: Field | undefined,
  context: ReadContext,
): NamedSecret | undefined {
  const name = readParsed(field, parseSecretName);
  if (field === undefined || name === undefined) return undefined;
  const secret = findSecret(name, context.secrets);
  if (secret !== undefined) return { name, secret };
  const near = suggestName(name, [...context.secrets.file.keys()]);
  const message = `the secret ${name} has no value` +
    (near === undefined ? "" : `, but .luma/secrets has ${near}`);
  const fix = `add a line ${name}=… to .luma/secrets, or set ${name} in the environment`;
  if (context.secrets.isMissingAllowed) field.problems.warn(field.place, message, fix);
  else field.problems.error(field.place, message, fix);
  return undefined;
}

/** The name of a secret: that of a variable of the shell, for a shell hands it over. */
export function parseSecretName(text: string): Parsed<string> {
  if (/^[A-Za-z_]\w*$/.test(text)) return parsed(text);
  // Somebody may have written the value here: no more than a name in front of it is repeated.
  const name = /^([A-Za-z_]\w*)\s*[=:]/.exec(text)?.[1];
  return unparsed(
    "expected the name of a secret, of letters, digits and _",
    name === undefined ? undefined : `write ${name} here, and ${name}=… in .luma/secrets`,
  );
}
