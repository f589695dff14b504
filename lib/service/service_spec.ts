/**
 * Says what the container of a service is created from.
 *
 * Pure. The rule: Docker chooses its address, in the upper half of the network, where none of an app's
 * is; and what an unnamed volume of its predecessor holds goes over to it.
 *
 * @module
 */
import type { Container, ContainerSpec, Image } from "../docker/types.ts";
import { containerSpec } from "../plan/container_spec.ts";
import { networkName } from "../state/app_state.ts";
import { LABELS } from "../state/labels.ts";
import type { ResolvedService } from "./types.ts";

/** What tells one container of a service from another. */
export interface ServiceIdentity {
  readonly name: string;
  readonly image: Image;
  /** The id of the run that makes it. */
  readonly deployment: string;
  /** The server's folder of luma. */
  readonly home: string;
  /** The container that it takes the place of. */
  readonly former?: Container;
}

/** The container of a service. It is not started again by Docker before it has passed its check. */
export function serviceSpec(service: ResolvedService, identity: ServiceIdentity): ContainerSpec {
  const { config, project, configHash } = service;
  const { image, home } = identity;
  const fromConfig = containerSpec(config, { project, home });
  return {
    name: identity.name,
    image: image.id,
    labels: {
      [LABELS.project]: project,
      [LABELS.service]: config.name,
      [LABELS.deployment]: identity.deployment,
      [LABELS.image]: config.image ?? image.id,
      [LABELS.configHash]: configHash,
    },
    network: networkName(project),
    aliases: [config.name],
    restart: "no",
    environment: config.environment,
    ...fromConfig,
    volumes: [...fromConfig.volumes, ...inheritedVolumes(service, identity.former)],
    stopTimeoutMs: config.deploy.stopTimeoutMs,
  };
}

/** Unnamed volumes of the former container, where luma.yml has none of its own. */
function inheritedVolumes(
  { config }: ResolvedService,
  former: Container | undefined,
): readonly string[] {
  return (former?.volumes ?? [])
    .filter(({ anonymous, path }) =>
      anonymous && !config.volumes.some((volume) => volume.path === path)
    )
    .map(({ name, path }) => `${name}:${path}`);
}
