/**
 * Turns the settings of the proxy into the words of its command line.
 *
 * Pure. The rule: the same settings give the same text, which its container has as a label: so a change
 * is seen, and a project that sets nothing keeps what another one has set.
 *
 * @module
 */
import type { ProxySettings } from "../config/types.ts";

/** The flags of `luma-proxy run`, between spaces; `""` for the defaults. */
export function formatProxySettings(settings: ProxySettings): string {
  const time = (ms: number | undefined) => ms === undefined ? undefined : `${ms}ms`;
  const flags: Readonly<Record<string, string | number | undefined>> = {
    "max-connections": settings.maxConnections,
    "max-client-connections": settings.maxClientConnections,
    "header-timeout": time(settings.headerTimeoutMs),
    "body-timeout": time(settings.bodyTimeoutMs),
    "idle-timeout": time(settings.idleTimeoutMs),
    "max-header-size": settings.maxHeaderBytes,
    // Docker keeps what the container writes, and rotates it.
    "access-log": settings.accessLog === true ? "-" : undefined,
    metrics: settings.metricsPort === undefined ? undefined : `0.0.0.0:${settings.metricsPort}`,
  };
  return Object.entries(flags)
    .flatMap(([name, value]) => value === undefined ? [] : [`--${name}=${value}`])
    .join(" ");
}

/** The words of {@linkcode formatProxySettings}. */
export function splitProxySettings(text: string): readonly string[] {
  return text === "" ? [] : text.split(" ");
}
