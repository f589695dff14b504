/**
 * Says what the two containers of luma-proxy are created from.
 *
 * Pure. The rule: one container owns the network namespace and does nothing else, so that the
 * program can be replaced without the ports ever being closed.
 *
 * @module
 */
import type { ContainerSpec } from "../docker/types.ts";
import { PROXY_CONTAINER } from "../proxy_client/proxy_client.ts";
import { LABELS } from "../state/labels.ts";
import { splitProxySettings } from "./proxy_settings.ts";
import { HOLDER_CONTAINER, INGRESS_NETWORK, type SetupStep, STATE_VOLUME } from "./types.ts";

/** The image of luma-proxy as it is on a server. */
export interface ProxyImage {
  readonly reference: string;
  /** The program's command inside a container. */
  readonly command: readonly string[];
}

/** The container that owns the namespace. */
export function holderSpec(
  image: ProxyImage,
  step: Extract<SetupStep, { readonly kind: "create-holder" }>,
): ContainerSpec {
  return {
    ...COMMON,
    name: HOLDER_CONTAINER,
    image: image.reference,
    labels: { [LABELS.role]: "proxy-net", [LABELS.image]: image.reference },
    network: INGRESS_NETWORK,
    ports: [`${step.httpPort}:80/tcp`, `${step.httpsPort}:443/tcp`],
    // The state lets it stand by: it runs the proxy when Docker did not start the program again.
    volumes: [`${STATE_VOLUME}:/var/lib/luma-proxy`],
    ...words(image, "hold", "--standby"),
    capDrop: ["ALL"],
    stopTimeoutMs: 30_000,
    sysctls: step.migratesConnections ? { "net.ipv4.tcp_migrate_req": "1" } : {},
  };
}

/** The container that runs the program, which takes over from one that runs already. */
export function programSpec(image: ProxyImage, settings: string): ContainerSpec {
  return {
    ...COMMON,
    name: PROXY_CONTAINER,
    image: image.reference,
    labels: {
      [LABELS.role]: "proxy",
      [LABELS.image]: image.reference,
      [LABELS.proxySettings]: settings,
    },
    networkOf: HOLDER_CONTAINER,
    volumes: [`${STATE_VOLUME}:/var/lib/luma-proxy`],
    ...words(
      image,
      ...["run", "--takeover", "--stop-timeout", `${PROGRAM_STOP_MS / 1000}s`],
      ...splitProxySettings(settings),
    ),
    // None is needed for ports 80 and 443: Docker opens them to every program in such a namespace.
    capDrop: ["ALL"],
    stopTimeoutMs: PROGRAM_STOP_MS + 5_000,
  };
}

/** How long a program that was replaced may answer what it has begun; as an app's drain_timeout. */
export const PROGRAM_STOP_MS = 120_000;

const COMMON = {
  restart: "always",
  environment: {},
  secrets: {},
  readOnly: true,
  tmpfs: ["/tmp"],
} as const;

function words(
  image: ProxyImage,
  ...args: readonly string[]
): Pick<ContainerSpec, "entrypoint" | "command"> {
  const [program, ...before] = image.command;
  return {
    ...(program === undefined ? {} : { entrypoint: program }),
    command: [...before, ...args],
  };
}
