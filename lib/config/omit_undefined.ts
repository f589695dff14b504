/**
 * Leaves out what is undefined, so that an optional property is either there or not.
 *
 * @module
 */

/** The same properties; those that may be undefined are optional instead. */
export type Defined<T> =
  & { readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K] }
  & { readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };

/** A copy of `properties` without those that are undefined. */
export function omitUndefined<T extends object>(properties: T): Defined<T> {
  const kept = Object.entries(properties).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as Defined<T>;
}
