/**
 * Waits for a promise, and not for ever.
 *
 * The rule: what comes too late is an error that says what was waited for.
 *
 * @module
 */

/**
 * What `promise` resolves with.
 *
 * @throws {Error} When it takes longer than `limitMs`: `{reason} within 5 s`.
 */
export async function within<T>(limitMs: number, promise: Promise<T>, reason: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${reason} within ${limitMs / 1000} s`)), limitMs);
  });
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
