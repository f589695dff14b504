/**
 * Reads a receipt that a server kept.
 *
 * Pure. The rule: a receipt is believed only where all of it fits; another version may have written it.
 *
 * @module
 */
import { z } from "zod";
import type { Receipt } from "./receipt.ts";

const color = z.enum(["blue", "green"]);

const drainingRequest = z.object({
  method: z.string(),
  path: z.string(),
  ageMs: z.number(),
  kind: z.enum(["request", "websocket", "stream"]),
});

const durations = z.object({
  prepare: z.number(),
  start: z.number(),
  health: z.number(),
  switch: z.number(),
  watch: z.number(),
  drain: z.number(),
  stop: z.number(),
  cleanup: z.number(),
  total: z.number(),
});

const receipt: z.ZodType<Receipt> = z.object({
  project: z.string(),
  app: z.string(),
  server: z.string(),
  deployment: z.string(),
  outcome: z.enum(["deployed", "failed", "switched back", "interrupted"]),
  error: z.string().exactOptional(),
  evidence: z.array(z.string()).readonly().exactOptional(),
  by: z.string(),
  host: z.string(),
  atMs: z.number(),
  image: z.string(),
  imageId: z.string(),
  digest: z.string().exactOptional(),
  from: color.exactOptional(),
  to: color.exactOptional(),
  replicas: z.number(),
  causes: z.array(z.string()).readonly(),
  durations: durations.readonly(),
  gapMs: z.number().exactOptional(),
  inFlightAtSwitch: z.number().exactOptional(),
  watched: z.object({ requests: z.number(), failed: z.number(), judged: z.boolean() }).readonly()
    .exactOptional(),
  failure: z.object({
    requests: z.number(),
    failed: z.number(),
    share: z.number(),
    oldShare: z.number(),
    examples: z.array(z.string()).readonly(),
  }).readonly().exactOptional(),
  drained: z.number().exactOptional(),
  closedStreams: z.array(drainingRequest.readonly()).readonly().exactOptional(),
  cut: z.array(drainingRequest.readonly()).readonly().exactOptional(),
}).readonly();

/** Reads a receipt; none where the text is none of this version. */
export function parseReceipt(text: string): Receipt | undefined {
  try {
    const read = receipt.safeParse(JSON.parse(text));
    return read.success ? read.data : undefined;
  } catch {
    // Not even JSON: a full disk may have cut it.
    return undefined;
  }
}
