/**
 * Makes everything of an app definite before planning: its image, port and configuration hash.
 *
 * Pure, but for the image that it is given. The rule: after this, "unchanged" has one meaning.
 *
 * @module
 */
import type { AppConfig } from "../config/types.ts";
import type { Secret } from "../config/secret.ts";
import type { Image } from "../docker/types.ts";
import { LumaError } from "../error.ts";
import { buildRepository } from "../image/build_names.ts";
import { hashConfig } from "./config_hash.ts";

/** An app whose every detail is decided. */
export interface ResolvedApp {
  readonly project: string;
  readonly config: AppConfig;
  /** The reference as luma.yml has it; of an image without a name there, the name of its build. */
  readonly reference: string;
  readonly image: Image;
  /** The port that requests go to; none for an app without `proxy`. */
  readonly port?: number;
  /** The port that is checked over HTTP; none where it is not. */
  readonly healthPort?: number;
  readonly configHash: string;
}

/** What an app is resolved with. */
export interface ResolveAppInput {
  readonly project: string;
  readonly config: AppConfig;
  readonly image: Image;
  readonly hashKey: Secret;
}

/**
 * The app with its image.
 *
 * @throws {LumaError} When the image is for another system than Linux.
 */
export function resolveApp(input: ResolveAppInput): ResolvedApp {
  const { config, image } = input;
  if (image.os !== "linux") {
    throw new LumaError(`Cannot deploy "${config.name}": its image is for ${image.os}, not linux`, {
      hint: "Build the image with --platform linux/amd64 (or linux/arm64)",
    });
  }
  const port = config.proxy === undefined ? undefined : config.proxy.appPort ?? defaultPort(image);
  const healthPort = config.healthCheck.port ?? port ??
    (config.healthCheck.explicit ? defaultPort(image) : undefined);
  return {
    project: input.project,
    config,
    reference: config.image ?? findBuildName(input.project, config.name, image) ?? image.id,
    image,
    configHash: hashConfig(config, input.hashKey),
    ...(port === undefined ? {} : { port }),
    ...(healthPort === undefined ? {} : { healthPort }),
  };
}

function findBuildName(project: string, app: string, { tags }: Image): string | undefined {
  const repository = buildRepository(project, app);
  return tags.find((tag) => tag.startsWith(`${repository}:`));
}

/** The image's single EXPOSE, else 80. */
export function defaultPort(image: Image): number {
  const ports = image.exposedPorts.filter(({ protocol }) => protocol === "tcp");
  return ports.length === 1 && ports[0] !== undefined ? ports[0].port : 80;
}
