/**
 * Reads an app: its container, health check, proxy and deployment.
 *
 * The rule: every default of an app is in this module.
 *
 * @module
 */
import { APP_KEYS, APP_PROXY_KEYS, DEPLOY_KEYS, HEALTH_CHECK_KEYS } from "./app_keys.ts";
import { checkColors } from "./check_colors.ts";
import { reportUnsupported } from "./find_unsupported.ts";
import { omitUndefined } from "./omit_undefined.ts";
import { parseHostName } from "./parse_host_name.ts";
import { parsePercentage, parseSize } from "./parse_size.ts";
import { parseCheckPath, parseRoutePath } from "./parse_path.ts";
import { readCommand, readContainer } from "./read_container.ts";
import type { ReadContext } from "./read_context.ts";
import {
  PORT_RANGE,
  readAnyText,
  readBoolean,
  readDuration,
  readInteger,
  readList,
  readParsed,
  readWord,
} from "./read_scalars.ts";
import { type Field, openSection } from "./section.ts";
import type { AppConfig, AppProxyConfig, DeployConfig, HealthCheckConfig } from "./types.ts";

/** The app `name` at `field`; none where it is no map, which was reported. */
export function readApp(name: string, field: Field, context: ReadContext): AppConfig | undefined {
  const example = `${name}: { image: acme/web:1 }`;
  const section = openSection(field, { ...APP_KEYS, example });
  if (section === undefined) return undefined;
  const healthCheck = readHealthCheck(section.get("health_check"));
  const app = {
    ...readContainer(name, section, context),
    replicas: readInteger(section.get("replicas"), { min: 1 }) ?? 1,
    healthCheck,
    deploy: readDeploy(section.get("deploy"), healthCheck.startPeriodMs),
    ...omitUndefined({ proxy: readAppProxy(section.get("proxy")) }),
  };
  checkColors(app, section);
  reportUnsupported(app, section);
  return app;
}

function readHealthCheck(field: Field | undefined): HealthCheckConfig {
  const check = openSection(field, HEALTH_CHECK_KEYS);
  const command = readCheckCommand(check?.get("command"));
  return omitUndefined({
    path: readParsed(check?.get("path"), parseCheckPath) ?? "/up",
    port: readInteger(check?.get("port"), PORT_RANGE),
    explicit: check !== undefined &&
      (command === undefined || check.get("path") !== undefined || check.get("port") !== undefined),
    intervalMs: readDuration(check?.get("interval"), 1) ?? 30_000,
    timeoutMs: readDuration(check?.get("timeout"), 1) ?? 5_000,
    retries: readInteger(check?.get("retries"), { min: 1 }) ?? 3,
    startPeriodMs: readDuration(check?.get("start_period")) ?? 0,
    command,
  });
}

/** A text is for the container's shell, as in a Dockerfile's HEALTHCHECK; a list is run without one. */
function readCheckCommand(field: Field | undefined): readonly string[] | undefined {
  if (field?.node.kind !== "scalar") return readCommand(field);
  const text = readAnyText(field);
  if (text === undefined) return undefined;
  if (text.trim() !== "") return ["sh", "-c", text];
  field.problems.error(field.place, "expected a command, got an empty text");
  return undefined;
}

function readAppProxy(field: Field | undefined): AppProxyConfig | undefined {
  const proxy = openSection(field, APP_PROXY_KEYS);
  if (proxy === undefined) return undefined;
  const ssl = readBoolean(proxy.get("ssl")) ?? false;
  const sslPlace = proxy.get("ssl")?.place;
  if (ssl && sslPlace !== undefined) {
    proxy.problems.warn(sslPlace, "serves plain HTTP, without a redirect, in this version");
  }
  const redirect = proxy.get("ssl_redirect");
  const sslRedirect = readBoolean(redirect) ?? ssl;
  if (redirect !== undefined && sslRedirect && !ssl) {
    proxy.problems.warn(
      redirect.place,
      "redirects nothing: ssl is not on",
      "remove it, or write ssl: true",
    );
  }
  const responseTimeoutMs = readDuration(proxy.get("response_timeout"));
  const maxBodyBytes = readParsed(proxy.get("max_body_size"), parseSize);
  return omitUndefined({
    hosts: readList(proxy.get("hosts"), 'hosts: ["blog.com"]')
      .flatMap((item) => readParsed(item, parseHostName) ?? []),
    appPort: readInteger(proxy.get("app_port"), PORT_RANGE),
    path: readParsed(proxy.get("path"), parseRoutePath) ?? "/",
    ssl,
    sslRedirect,
    forwardHeaders: readBoolean(proxy.get("forward_headers")) ?? false,
    // A limit of 0 is how people write that there is none.
    responseTimeoutMs: responseTimeoutMs === 0 ? undefined : responseTimeoutMs,
    maxBodyBytes: maxBodyBytes === 0 ? undefined : maxBodyBytes,
  });
}

function readDeploy(field: Field | undefined, startPeriodMs: number): DeployConfig {
  const deploy = openSection(field, DEPLOY_KEYS);
  return {
    drainTimeoutMs: readDuration(deploy?.get("drain_timeout")) ?? 120_000,
    upgradeDrainTimeoutMs: readDuration(deploy?.get("upgrade_drain_timeout")) ?? 10_000,
    stopTimeoutMs: readDuration(deploy?.get("stop_timeout")) ?? 30_000,
    watchMs: readDuration(deploy?.get("watch")) ?? 3_000,
    watchMinFailures: readInteger(deploy?.get("watch_min_failures"), { min: 1 }) ?? 5,
    watchMinShare: readParsed(deploy?.get("watch_min_share"), parsePercentage) ?? 0.2,
    healthTimeoutMs: readDuration(deploy?.get("health_timeout"), 1) ??
      Math.max(10_000, startPeriodMs + 10_000),
    strategy: readWord(deploy?.get("strategy"), ["blue-green", "in-place"]) ?? "blue-green",
    sharedVolumes: readBoolean(deploy?.get("shared_volumes")) ?? false,
    retain: readInteger(deploy?.get("retain"), { min: 1 }) ?? 3,
  };
}
