/**
 * Hides the secrets in what a HEALTHCHECK printed, also one that Docker cut in two.
 *
 * Pure. The rule: Docker keeps 4096 bytes of it; the first half of a secret at their end is no whole secret,
 * but is one to whoever reads it.
 *
 * @module
 */
import { hideSecrets, secretLines } from "../config/hide_secrets.ts";

/** What ends an output that Docker cut (daemon/health.go of Docker Engine, `limitedBuffer`). */
const CUT = "...";

/** Fewer letters are at the end of any text by chance. */
const SHORTEST = 4;

/** The output without the secrets in it, and without the beginning of one where it was cut. */
export function hideHealthOutput(output: string, secrets: readonly string[]): string {
  if (!output.endsWith(CUT)) return hideSecrets(output, secrets);
  const kept = hideSecrets(output.slice(0, -CUT.length), secrets);
  return `${hideBeginning(kept, secrets)}${CUT}`;
}

/** The text, with `[secret]` for its end where that is the beginning of a secret's line. */
function hideBeginning(text: string, secrets: readonly string[]): string {
  // A letter of several bytes may be cut, too: what is left of it is no letter.
  const whole = text.replace(/\uFFFD+$/, "");
  const lengths = secretLines(secrets).map((line) => sharedLength(whole, line));
  const longest = Math.max(0, ...lengths);
  return longest < SHORTEST ? text : `${whole.slice(0, -longest)}[secret]`;
}

/** How many letters of `line`, from its first on, `text` ends with. */
function sharedLength(text: string, line: string): number {
  let length = Math.min(text.length, line.length);
  while (length > 0 && !text.endsWith(line.slice(0, length))) length -= 1;
  return length;
}
