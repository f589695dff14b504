import assert from "node:assert/strict";
import { test } from "node:test";
import type { Image } from "../../../lib/docker/types.ts";
import { LumaError } from "../../../lib/error.ts";
import { writeTar } from "../../../lib/image/tar.ts";
import { transferImage, type TransferProgress } from "../../../lib/image/transfer_image.ts";
import type { Command, Output } from "../../../lib/ssh/runner.ts";
import { anImage } from "../../fixtures/server_state.ts";

const OK: Output = { status: 0, stdout: "", stderr: "" };
const REFERENCE = "luma-build/site.blog:0123456789ab";
const IMAGE = anImage({ id: "sha256:built", layers: ["base", "app"], tags: [REFERENCE] });
const LAYERS = { "base.tar": "b".repeat(5000), "app.tar": "a".repeat(100) };

function archive(): AsyncIterable<Uint8Array> {
  const manifest = JSON.stringify([{ Config: "c.json", Layers: Object.keys(LAYERS) }]);
  return writeTar([
    ...Object.entries(LAYERS).map(([path, content]) => ({ kind: "file", path, content }) as const),
    { kind: "file", path: "c.json", content: "{}" },
    { kind: "file", path: "manifest.json", content: manifest },
  ]);
}

/** A server that has images, and takes archives in its own way. */
interface Server {
  readonly images?: Readonly<Record<string, Image>>;
  readonly chains?: readonly (readonly string[])[];
  /** @returns What the server has by the reference then. */
  readonly load?: (bytes: number) => Image | Error;
  /** What there is room for. */
  readonly freeBytes?: number;
}

async function transfer({ images = {}, chains = [], load = () => IMAGE, freeBytes }: Server) {
  const has = new Map(Object.entries(images));
  const calls: string[] = [];
  const progress: TransferProgress[] = [];
  const here = {
    server: "here",
    close: () => Promise.resolve(),
    async run({ consume }: Command): Promise<Output> {
      calls.push("save");
      await consume?.(archive());
      return OK;
    },
  };
  const there = {
    server: "there",
    close: () => Promise.resolve(),
    async run({ argv, stdin }: Command): Promise<Output> {
      if (argv[0] === "sh") {
        return {
          ...OK,
          stdout: chains.map((c) => JSON.stringify(c)).join("\n"),
        };
      }
      let bytes = 0;
      for await (const chunk of stdin as AsyncIterable<Uint8Array>) bytes += chunk.length;
      calls.push("load");
      const loaded = load(bytes);
      if (loaded instanceof Error) return { ...OK, status: 1, stderr: loaded.message };
      has.set(REFERENCE, loaded);
      return OK;
    },
  };
  const dockerOf = (server: string) => ({
    server,
    inspectImage: (reference: string) => Promise.resolve(has.get(reference)),
    tagImage(image: string, tag: string) {
      calls.push(`tag ${tag}`);
      has.set(tag, has.get(image) as Image);
      return Promise.resolve();
    },
  });
  const brought = await transferImage({
    from: { runner: here, docker: dockerOf("here") },
    to: { runner: there, docker: dockerOf("there") },
    reference: REFERENCE,
    image: IMAGE,
    requireRoom(sentBytes) {
      if (sentBytes <= (freeBytes ?? Infinity)) return Promise.resolve();
      return Promise.reject(new LumaError(`no room for ${sentBytes}: ${calls.join()}`));
    },
    report: (event) => progress.push(event),
    signal: new AbortController().signal,
  });
  return { brought, calls, sent: progress.filter(({ kind }) => kind === "sent") };
}

const sizes = (events: readonly TransferProgress[]) =>
  events.map((event) => event.kind === "sent" ? [event.sentBytes, event.wholeBytes] : []);

test("transferImage() sends nothing to a server that has the image, by its name or by its id", async () => {
  assert.deepEqual((await transfer({ images: { [REFERENCE]: IMAGE } })).calls, []);
  const { calls } = await transfer({ images: { [IMAGE.id]: IMAGE } });
  assert.deepEqual(calls, [`tag ${REFERENCE}`]);
});

test("transferImage() sends the layers that the server lacks", async () => {
  const { calls, sent } = await transfer({ chains: [["base", "other"]] });
  assert.deepEqual(calls, ["save", "save", "load"]);
  assert.deepEqual(sizes(sent), [[4096, 9728]]);
});

test("transferImage() sends the whole, where the server does not take a part", async () => {
  const takesWhole = (bytes: number) => bytes > 200 ? IMAGE : new Error("missing layer");
  for (const load of [takesWhole, (bytes: number) => bytes > 200 ? IMAGE : anImage()]) {
    const { calls, brought, sent } = await transfer({ chains: [["base", "app"]], load });
    assert.deepEqual(calls, ["save", "save", "load", "save", "load"]);
    assert.equal(brought.id, IMAGE.id);
    assert.deepEqual(sizes(sent).at(-1), [9728, 9728]);
  }
});

test("transferImage() sends nothing where there is no room for what the server lacks", async () => {
  await assert.rejects(transfer({ freeBytes: 9727 }), /^LumaError: no room for 9728: save$/);
  const chains = [["base", "other"]];
  const { sent } = await transfer({ chains, freeBytes: 4096 });
  assert.deepEqual(sizes(sent), [[4096, 9728]]);
  await assert.rejects(transfer({ chains, freeBytes: 4095 }), /no room for 4096: save$/);
});

test("transferImage() asks for room for what the server lacks alone, where it takes no part", async () => {
  const load = (bytes: number) => bytes > 200 ? IMAGE : new Error("missing layer");
  const { sent } = await transfer({ chains: [["base", "app"]], load, freeBytes: 3072 });
  assert.deepEqual(sizes(sent).at(-1), [9728, 9728]);
});

test("transferImage() tells that the disk is full, where only the whole does not fit", async () => {
  const load = (bytes: number) =>
    new Error(bytes > 200 ? "write /var: no space left on device" : "missing layer");
  await assert.rejects(
    transfer({ chains: [["base", "app"]], load }),
    /Cannot load the image .* on there: the disk is full there \(write \/var: no space left/,
  );
});

test("transferImage() does not try the whole where the disk is full already", async () => {
  const chains = [["base", "other"]];
  let loads = 0;
  const load = () => {
    loads += 1;
    return new Error("write /var: no space left on device");
  };
  await assert.rejects(
    transfer({ chains, load }),
    /Cannot load the image .* on there: the disk is full there \(write \/var: no space left/,
  );
  assert.equal(loads, 1);
});

test("transferImage() takes another id of the same layers, as another image store gives", async () => {
  const { brought } = await transfer({ load: () => ({ ...IMAGE, id: "sha256:manifest" }) });
  assert.equal(brought.id, "sha256:manifest");
});

test("transferImage() fails with the server's words, or when it has another image in the end", async () => {
  const odd = transfer({ load: () => new Error("unexpected EOF") });
  await assert.rejects(odd, /Cannot load the image .* on there: unexpected EOF/);
  await assert.rejects(transfer({ load: () => anImage() }), /it was sent, and is not there/);
});
