/**
 * Says what luma.yml decides of a container, whether a replica's or a service's.
 *
 * Pure. The rule: an app and a service mean the same by the same key.
 *
 * @module
 */
import type { ContainerConfig, PortConfig, VolumeConfig } from "../config/types.ts";
import type { ContainerSpec } from "../docker/types.ts";

/** Where the folders of a project are. */
export interface VolumePlace {
  readonly project: string;
  /** The server's folder of luma. */
  readonly home: string;
}

/** The part of a container's spec that luma.yml gives, apart from its environment. */
export function containerSpec(
  config: ContainerConfig,
  { project, home }: VolumePlace,
): Required<Pick<ContainerSpec, "secrets" | "volumes" | "ports">> & Partial<ContainerSpec> {
  return {
    secrets: config.secrets,
    volumes: config.volumes.map((volume) => volumeWord(volume, `${home}/volumes/${project}`)),
    ports: config.ports.flatMap(portWord),
    ...(config.command === undefined ? {} : { command: config.command }),
    ...(config.memoryBytes === undefined ? {} : { memoryBytes: config.memoryBytes }),
    ...(config.cpus === undefined ? {} : { cpus: config.cpus }),
  };
}

function volumeWord(volume: VolumeConfig, folder: string): string {
  const source = volume.kind === "relative"
    ? `${folder}/${volume.source.replace(/^(\.\/)+/, "")}`
    : volume.source;
  return `${source}:${volume.path}${volume.readOnly ? ":ro" : ""}`;
}

/** The word for `--publish`; none for a port that is only told. */
function portWord(port: PortConfig): readonly string[] {
  if (port.hostPort === undefined) return [];
  const address = port.hostAddress === undefined ? "" : `${port.hostAddress}:`;
  return [`${address}${port.hostPort}:${port.containerPort}/${port.protocol}`];
}
