/**
 * Brings the image of an app to where it is needed, and makes the app definite with it.
 *
 * The rule: what a reference means is decided once for a deployment, before it is planned.
 *
 * @module
 */
import { findLogin } from "../config/registry_login.ts";
import type { AppConfig, ContainerConfig } from "../config/types.ts";
import type { Image } from "../docker/types.ts";
import { UsageError } from "../error.ts";
import type { BuiltImage } from "../image/build_image.ts";
import { resolveApp, type ResolvedApp } from "../resolve/resolve_app.ts";
import { resolveImage } from "../resolve/resolve_image.ts";
import type { ServerState } from "../state/types.ts";
import { bringLastBuild, build, isBuilt, sendBuild } from "./bring_build.ts";
import type { CommandContext } from "./context.ts";
import type { Session } from "./session.ts";

/** Where the image is needed. */
export interface BringImageInput {
  readonly session: Session;
  readonly state: Pick<ServerState, "server" | "docker">;
  /** False: nothing is pulled, built or sent, as for a plan. */
  readonly pull: boolean;
  /** What was built for it already, where it is one that is built. */
  readonly built?: BuiltImage;
  /** Build nothing: the image that was built last is meant. */
  readonly skipBuild?: boolean;
}

/** The app with the image that its reference means now. */
export async function bringImage(
  app: AppConfig,
  input: BringImageInput & { readonly state: ServerState },
  context: CommandContext,
): Promise<ResolvedApp> {
  const image = await bringContainerImage(app, input, context);
  return resolveWith(app, { state: input.state, image }, context);
}

/** The image of an app or a service, on its server: built and sent, or pulled. */
export async function bringContainerImage(
  container: ContainerConfig,
  input: BringImageInput,
  context: CommandContext,
): Promise<Image> {
  if (!isBuilt(container)) return await bringNamed(container, input, context);
  if (!input.pull || input.skipBuild === true) {
    const last = await bringLastBuild(container, input, context);
    return last ?? await bringNamed(container, input, context);
  }
  const target = { server: input.state.server, engine: input.state.docker };
  const built = input.built ?? await build(container, target, context);
  return await sendBuild(container, { ...input, built }, context);
}

/** The image that luma.yml names: found on the server, or pulled there. */
async function bringNamed(
  container: ContainerConfig,
  { session, state, pull }: BringImageInput,
  { report, signal }: CommandContext,
): Promise<Image> {
  const { image: reference, name } = container;
  const base = { server: state.server, app: name };
  if (reference === undefined) {
    throw new UsageError(`Cannot deploy "${name}": it has no image`, "Set `image:` in luma.yml");
  }
  const login = findLogin(reference, container);
  const { image, warnings } = await resolveImage(session.docker, reference, {
    pull,
    onProgress: (line) => report({ kind: "pulling", ...base, image: reference, line }),
    ...(login === undefined ? {} : { login }),
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
