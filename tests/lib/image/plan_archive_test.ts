import assert from "node:assert/strict";
import { test } from "node:test";
import { countKnownLayers, parseManifest, planArchive } from "../../../lib/image/plan_archive.ts";

const file = (path: string, bytes: number) => ({ path, bytes });

/** As engines before 25 write it: a folder for each layer, empty ones as a link to the first. */
const OLD = {
  config: "c.json",
  layers: ["a/layer.tar", "b/layer.tar", "c/layer.tar"],
  entries: [
    file("a/layer.tar", 1000),
    file("b/layer.tar", 200),
    { path: "c/layer.tar", link: "../a/layer.tar", bytes: 5 },
    file("c.json", 10),
    file("manifest.json", 10),
  ],
};

test("planArchive() leaves out the layers that the server has, and counts what is left", () => {
  const plan = planArchive({ ...OLD, layers: ["a/layer.tar", "b/layer.tar"] }, 1, 100);
  assert.deepEqual([...plan.omitted], ["a/layer.tar"]);
  assert.deepEqual([plan.sentBytes, plan.wholeBytes], [325, 1325]);
});

test("planArchive() keeps the file that a layer to send is a link to", () => {
  assert.deepEqual([...planArchive(OLD, 1, 0).omitted], []);
  assert.deepEqual([...planArchive(OLD, 2, 0).omitted], ["b/layer.tar"]);
  assert.deepEqual([...planArchive(OLD, 3, 0).omitted], OLD.layers);
});

test("planArchive() keeps a file that is two layers at one time", () => {
  const twice = { ...OLD, layers: ["a/layer.tar", "b/layer.tar", "a/layer.tar"] };
  assert.deepEqual([...planArchive(twice, 2, 0).omitted], ["b/layer.tar"]);
});

test("planArchive() sends everything to a server that has nothing", () => {
  const plan = planArchive(OLD, 0, 0);
  assert.equal(plan.omitted.size, 0);
  assert.equal(plan.sentBytes, plan.wholeBytes);
});

test("countKnownLayers() counts from the lowest layer on, and no layer on another chain", () => {
  const known = [["base", "other"], ["base", "one", "else"], ["two"]];
  assert.equal(countKnownLayers(["base", "one", "two"], known), 2);
  assert.equal(countKnownLayers(["one", "two"], known), 0);
  assert.equal(countKnownLayers(["base"], known), 1);
  assert.equal(countKnownLayers(["base"], []), 0);
});

test("parseManifest() reads one image, and refuses anything else", () => {
  const image = { Config: "blobs/sha256/c", RepoTags: null, Layers: ["blobs/sha256/l"] };
  assert.deepEqual(parseManifest(JSON.stringify([image])), {
    config: "blobs/sha256/c",
    layers: ["blobs/sha256/l"],
  });
  for (const broken of [[], [image, image], {}, [{ Config: "c" }]]) {
    assert.throws(() => parseManifest(JSON.stringify(broken)), /no known form/);
  }
});
