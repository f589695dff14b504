/**
 * Brings the image of an app to where it is needed, and makes the app definite with it.
 *
 * The rule: what a reference means is decided once for a deployment, before it is planned.
 *
 * @module
 */
import type { AppConfig, ContainerConfig } from "../config/types.ts";
import type { Image } from "../docker/types.ts";
import { UsageError } from "../error.ts";
import { resolveApp, type ResolvedApp } from "../resolve/resolve_app.ts";
import { resolveImage } from "../resolve/resolve_image.ts";
import type { ServerState } from "../state/types.ts";
import type { CommandContext } from "./context.ts";
import type { Session } from "./session.ts";

/** Where the image is needed. */
export interface BringImageInput {
  readonly session: Session;
  readonly state: ServerState;
  /** False: nothing is pulled, as for a plan. */
  readonly pull: boolean;
}

/** The app with the image that its reference means now. */
export async function bringImage(
  app: AppConfig,
  input: BringImageInput,
  context: CommandContext,
): Promise<ResolvedApp> {
  const image = await bringContainerImage(app, input, context);
  return resolveWith(app, { state: input.state, image }, context);
}

/** The image of an app or a service, on its server. */
export async function bringContainerImage(
  container: ContainerConfig,
  input: BringImageInput,
  { report, signal }: CommandContext,
): Promise<Image> {
  const { image: reference, name } = container;
  const base = { server: input.state.server, app: name };
  if (reference === undefined) {
    throw new UsageError(`Cannot deploy "${name}": it has no image`, "Set `image:` in luma.yml");
  }
  const { image, warnings } = await resolveImage(input.session.docker, reference, {
    pull: input.pull,
    onProgress: (line) => report({ kind: "pulling", ...base, image: reference, line }),
    signal,
  });
  for (const message of warnings) report({ kind: "warning", ...base, message });
  return image;
}

/** The app with an image that is known. */
export function resolveWith(
  app: AppConfig,
  { state, image }: { readonly state: ServerState; readonly image: Image },
  { config }: Pick<CommandContext, "config">,
): ResolvedApp {
  return resolveApp({ project: config.name, config: app, image, hashKey: state.facts.hashKey });
}
