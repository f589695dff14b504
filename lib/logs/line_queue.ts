/**
 * Hands items from whoever produces them to whoever takes them.
 *
 * The rule: it holds a few hundred at most; a producer that is ahead is told to wait.
 *
 * @module
 */

/** A queue between one producer and one taker. */
export interface LineQueue<Item> {
  /** @returns What to wait for before the next item; none while there is room. */
  push(this: void, item: Item): Promise<void> | undefined;
  /** No item follows; `error`: because of that. */
  end(this: void, error?: unknown): void;
  /** @returns The next item; none at the end. @throws The error that it ended with. */
  next(this: void): Promise<Item | undefined>;
}

/** How many items wait before their producer has to. */
const ROOM = 256;

/** Makes a {@linkcode LineQueue}. */
export function createLineQueue<Item>(): LineQueue<Item> {
  let items: Item[] = [];
  let at = 0;
  let ended: { readonly error?: unknown } | undefined;
  let wakeTaker: () => void = () => {};
  let wakeProducer: () => void = () => {};
  return {
    push(item) {
      items.push(item);
      wakeTaker();
      return items.length - at < ROOM
        ? undefined
        : new Promise((resolve) => wakeProducer = resolve);
    },
    end(error) {
      ended ??= error === undefined ? {} : { error };
      wakeTaker();
    },
    async next() {
      while (at === items.length) {
        items = [];
        at = 0;
        wakeProducer();
        if (ended !== undefined) {
          if ("error" in ended) throw ended.error;
          return undefined;
        }
        await new Promise<void>((resolve) => wakeTaker = resolve);
      }
      const item = items[at++];
      return item;
    },
  };
}
