/**
 * The receipt of a deployment: who deployed what when, how long it took, and what it cost.
 *
 * The rule: it is collected from events, and holds no secret and no decision. The schema is its one
 * definition: a receipt that is read from a server is believed only where it fits.
 *
 * @module
 */
import { z } from "zod";

const color = z.enum(["blue", "green"]);

const drainingRequest = z.object({
  method: z.string(),
  /** Path without the query. */
  path: z.string(),
  ageMs: z.number(),
  kind: z.enum(["request", "websocket", "stream"]),
});

/** How long a deployment took, in milliseconds, by what it was spent on. */
const durations = z.object({
  /** Everything until the new replicas are started, without that start. */
  prepare: z.number(),
  /** Creating and starting the replicas. */
  start: z.number(),
  health: z.number(),
  /** Alias and switch. */
  switch: z.number(),
  watch: z.number(),
  drain: z.number(),
  /** Waiting for the old replicas to end after SIGTERM. */
  stop: z.number(),
  /** Confirming, and clearing away. */
  cleanup: z.number(),
  total: z.number(),
});

/** What is kept of a deployment, as JSON. */
const receipt = z.object({
  project: z.string(),
  app: z.string(),
  server: z.string(),
  deployment: z.string(),
  outcome: z.enum(["deployed", "failed", "switched back", "interrupted"]),
  error: z.string().exactOptional(),
  /** Last words of replicas that failed, and what their health check said. */
  evidence: z.array(z.string()).readonly().exactOptional(),
  by: z.string(),
  host: z.string(),
  /** Milliseconds since the epoch, of the server's clock. */
  atMs: z.number(),
  image: z.string(),
  imageId: z.string(),
  digest: z.string().exactOptional(),
  from: color.exactOptional(),
  to: color.exactOptional(),
  replicas: z.number(),
  causes: z.array(z.string()).readonly(),
  durations: durations.readonly(),
  /** Requests that the old color was answering at the switch. */
  inFlightAtSwitch: z.number().exactOptional(),
  /** What the new color answered while it was watched. */
  watched: z.object({ requests: z.number(), failed: z.number(), judged: z.boolean() }).readonly()
    .exactOptional(),
  failure: z.object({
    requests: z.number(),
    failed: z.number(),
    share: z.number(),
    oldShare: z.number(),
    examples: z.array(z.string()).readonly(),
  }).readonly().exactOptional(),
  /** Requests that ended by themselves while the old color was drained. */
  drained: z.number().exactOptional(),
  closedStreams: z.array(drainingRequest.readonly()).readonly().exactOptional(),
  cut: z.array(drainingRequest.readonly()).readonly().exactOptional(),
}).readonly();

/** How long a deployment took, in milliseconds, by what it was spent on. */
export type Durations = Readonly<z.infer<typeof durations>>;

/** What is kept of a deployment, as JSON. */
export type Receipt = z.infer<typeof receipt>;

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
