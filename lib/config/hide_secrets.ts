/**
 * Takes secrets out of words that come from elsewhere: Docker's, or an app's own.
 *
 * Pure. The rule: an app may print its own secrets; luma's errors, events and receipts must not.
 *
 * @module
 */

/** Shorter lines of a secret are in every text by chance. */
const SHORTEST = 3;

/** The text, with `[secret]` for every line of each of `secrets`, the longest first. */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  return secretLines(secrets)
    .reduce((shown, line) => shown.replaceAll(line, "[secret]"), text);
}

/** What must not be seen of `secrets`: each as a whole, and its lines; the longest first. */
export function secretLines(secrets: readonly string[]): readonly string[] {
  const whole = secrets.flatMap((secret) => [secret, ...secret.split(/\r?\n/)]);
  return [...new Set(whole.map((line) => line.trim()))]
    .filter((line) => line.length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
}
