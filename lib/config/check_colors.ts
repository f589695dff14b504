/**
 * Checks that two colors of an app can be alive at the same time.
 *
 * The rule: what two colors cannot share is refused, with what to write instead.
 *
 * @module
 */
import { formatPort } from "./parse_port.ts";
import { parseVolume } from "./parse_volume.ts";
import { readList } from "./read_scalars.ts";
import type { Section } from "./section.ts";
import type { AppConfig, PortConfig, VolumeConfig } from "./types.ts";

/** Reports the host ports and writable volumes of an app that is not deployed in place. */
export function checkColors(app: AppConfig, section: Section): void {
  if (app.deploy.strategy === "in-place") return reportSharedPorts(app, section);
  reportHostPorts(app, section);
  if (!app.deploy.sharedVolumes) reportWritableVolumes(app, section);
}

function reportHostPorts(app: AppConfig, section: Section): void {
  const field = section.get("ports");
  const published = app.ports.filter(({ hostPort }) => hostPort !== undefined);
  if (field === undefined || published.length === 0) return;
  const shown = published.map(formatPort).join(", ");
  const message = `two colors cannot both publish ${shown} on the server`;
  field.problems.error(field.key, message, adviseProxy(app, published));
}

/** In place, one color at a time holds a port of the server, but its replicas are alive together. */
function reportSharedPorts(app: AppConfig, section: Section): void {
  const field = section.get("ports");
  const published = app.ports.filter(({ hostPort }) => hostPort !== undefined);
  if (field === undefined || published.length === 0 || app.replicas === 1) return;
  const shown = published.map(formatPort).join(", ");
  const message = `${app.replicas} replicas cannot all publish ${shown} on the server`;
  field.problems.error(field.key, message, "write replicas: 1");
}

function adviseProxy(app: AppConfig, published: readonly PortConfig[]): string {
  const inPlace = "deploy: { strategy: in-place }, which stops the app for a moment";
  const tcp = published.find(({ protocol }) => protocol === "tcp");
  if (tcp === undefined) return `write ${inPlace}`;
  const hosts = app.proxy?.hosts.length ? app.proxy.hosts : [`${app.name}.example.com`];
  const names = hosts.map((host) => JSON.stringify(host)).join(", ");
  const proxy = `proxy: { hosts: [${names}], app_port: ${tcp.containerPort} }`;
  return `instead of ports, write ${proxy}; or add ${inPlace}`;
}

function reportWritableVolumes(app: AppConfig, section: Section): void {
  const field = section.get("volumes");
  if (field?.node.kind !== "list") return;
  for (const item of readList(field, "")) {
    const volume = item.node.kind === "scalar" ? parseVolume(item.node.source) : undefined;
    if (volume === undefined || !volume.ok || volume.value.readOnly) continue;
    const { source, path } = volume.value;
    item.problems.error(
      item.place,
      `two colors would write to ${source} at the same time`,
      `write ${
        formatSource(volume.value)
      }:${path}:ro where ${app.name} only reads it; else deploy: ` +
        "{ shared_volumes: true } where that does no harm, or { strategy: in-place }; or make it " +
        "a service",
    );
  }
}

function formatSource({ kind, source }: VolumeConfig): string {
  return kind === "relative" ? `./${source.replace(/^\.\/?/, "")}` : source;
}
