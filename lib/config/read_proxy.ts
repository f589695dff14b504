/**
 * Reads `proxy` of a project: the proxy of each of its servers.
 *
 * The rule: a setting that is not given stays the proxy's own matter, so that its defaults are in one
 * place.
 *
 * @module
 */
import { omitUndefined } from "./omit_undefined.ts";
import { parseImage } from "./parse_image.ts";
import { parseHeadSize } from "./parse_size.ts";
import { PROXY_KEYS } from "./project_keys.ts";
import { PORT_RANGE, readBoolean, readDuration, readInteger, readParsed } from "./read_scalars.ts";
import { type Field, openSection } from "./section.ts";
import type { ProxyConfig, ProxySettings } from "./types.ts";

type ProxySection = ReturnType<typeof openSection<keyof typeof PROXY_KEYS.known>>;

/** The proxy at `field`; the defaults where there is none. */
export function readProxy(field: Field | undefined): ProxyConfig {
  const proxy = openSection(field, PROXY_KEYS);
  const httpPort = readInteger(proxy?.get("http_port"), PORT_RANGE) ?? 80;
  const httpsPort = readInteger(proxy?.get("https_port"), PORT_RANGE) ?? 443;
  if (proxy !== undefined && httpPort === httpsPort) {
    const message = `http_port and https_port are both ${httpPort}`;
    proxy.problems.error(proxy.place, message, "choose another port for one of them");
  }
  const image = readParsed(proxy?.get("image"), parseImage);
  const settings = readSettings(proxy);
  const isSet = Object.keys(settings).length > 0;
  return omitUndefined({ image, httpPort, httpsPort, settings: isSet ? settings : undefined });
}

function readSettings(proxy: ProxySection): ProxySettings {
  const metrics = proxy?.get("metrics_port");
  const metricsPort = readInteger(metrics, PORT_RANGE);
  if (metrics !== undefined && (metricsPort === 80 || metricsPort === 443)) {
    metrics.problems.error(metrics.place, `${metricsPort} is a port of apps`, "write 9100");
  }
  return omitUndefined({
    maxConnections: readInteger(proxy?.get("max_connections"), { min: 1 }),
    maxClientConnections: readInteger(proxy?.get("max_client_connections"), { min: 1 }),
    headerTimeoutMs: readDuration(proxy?.get("header_timeout"), 1),
    bodyTimeoutMs: readDuration(proxy?.get("body_timeout"), 1),
    idleTimeoutMs: readDuration(proxy?.get("idle_timeout"), 1),
    maxHeaderBytes: readParsed(proxy?.get("max_header_size"), parseHeadSize),
    accessLog: readBoolean(proxy?.get("access_log")),
    metricsPort,
  });
}
