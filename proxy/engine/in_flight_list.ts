/**
 * What a generation answers now, the oldest first.
 *
 * The rule: an item is in one list at most, and carries its own links, so that adding and taking it
 * away neither allocates nor searches.
 *
 * @module
 */

/** What can be in a list; its links belong to the list. */
export interface Linked<T extends Linked<T>> {
  /** The list that it is in. */
  list: InFlightList<T> | undefined;
  older: T | undefined;
  newer: T | undefined;
}

/** A list in the order of addition; it must not change while it is gone through. */
export class InFlightList<T extends Linked<T>> implements Iterable<T> {
  #oldest: T | undefined;
  #newest: T | undefined;
  #size = 0;

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  /** Adds `item` behind all others; it must be in no list. */
  add(item: T): void {
    item.list = this;
    item.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = item;
    else this.#newest.newer = item;
    this.#newest = item;
    this.#size++;
  }

  /** Takes `item` away, where it is in this list. */
  delete(item: T): void {
    if (item.list !== this) return;
    const { older, newer } = item;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    item.list = undefined;
    item.older = undefined;
    item.newer = undefined;
    this.#size--;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let item = this.#oldest; item !== undefined; item = item.newer) yield item;
  }
}
