import assert from "node:assert/strict";
import { test } from "node:test";
import { InFlightList, type Linked } from "../../../proxy/engine/in_flight_list.ts";

class Item implements Linked<Item> {
  list: InFlightList<Item> | undefined;
  older: Item | undefined;
  newer: Item | undefined;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

function names(list: InFlightList<Item>): string {
  return [...list].map(({ name }) => name).join("");
}

test("delete() leaves the others in their order, wherever the item stood", () => {
  for (const [gone, left] of [["a", "bcd"], ["b", "acd"], ["d", "abc"]] as const) {
    const list = new InFlightList<Item>();
    const items = [..."abcd"].map((name) => new Item(name));
    for (const item of items) list.add(item);
    list.delete(items.find(({ name }) => name === gone)!);
    assert.equal(names(list), left);
    assert.equal(list.size, 3);
    list.add(new Item("e"));
    assert.equal(names(list), `${left}e`);
  }
});

test("delete() does nothing to an item of another list, or of none", () => {
  const [one, other] = [new InFlightList<Item>(), new InFlightList<Item>()];
  const item = new Item("a");
  one.add(item);
  other.delete(item);
  assert.equal(one.size, 1);
  one.delete(item);
  one.delete(item);
  assert.equal(one.size, 0);
  assert.equal(names(one), "");
});

test("add() takes an item that was deleted from another list", () => {
  const [one, other] = [new InFlightList<Item>(), new InFlightList<Item>()];
  const [first, second] = [new Item("a"), new Item("b")];
  one.add(first);
  one.add(second);
  one.delete(first);
  other.add(first);
  assert.deepEqual([names(one), names(other)], ["b", "a"]);
});
