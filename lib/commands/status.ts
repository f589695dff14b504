/**
 * `luma status [app…]`: what runs, as it is now. It changes nothing.
 *
 * The rule: the replicas' health is asked of the proxy at this moment; a server that cannot be
 * reached is said, and the others are shown all the same.
 *
 * @module
 */
import type { Config } from "../config/types.ts";
import { LumaError } from "../error.ts";
import type { AppStatus } from "../status/app_status.ts";
import { formatServiceStatus } from "../status/format_service_status.ts";
import { formatStatus } from "../status/format_status.ts";
import type { ServiceStatus } from "../status/service_status.ts";
import type { CommandContext } from "./context.ts";
import { openLookout, type ServerLook } from "./observe_apps.ts";

/** The status of an app or a service, and the clock that its times are told by. */
export interface ShownStatus {
  readonly status: AppStatus | ServiceStatus;
  readonly nowMs: number;
}

/**
 * Prints the status of the named apps and services; of all where no name is given.
 *
 * @throws {LumaError} When a server could not be looked at; what the others told is printed by then.
 */
export async function status(names: readonly string[], context: CommandContext): Promise<void> {
  const { config, print, json, signal } = context;
  const lookout = openLookout(names, context);
  try {
    const looks = await lookout.look(signal);
    for (const shown of inFileOrder(config, looks)) {
      print(json ? JSON.stringify(shown.status) : formatShown(shown));
    }
    refuseUnreachable(looks);
  } finally {
    await lookout.close();
  }
}

/** The lines of an app or a service. */
export function formatShown({ status, nowMs }: ShownStatus): string {
  return status.kind === "status"
    ? formatStatus(status, nowMs)
    : formatServiceStatus(status, nowMs);
}

/** What was seen of all servers: apps in the order of luma.yml, then services. */
export function inFileOrder(
  { apps }: Pick<Config, "apps">,
  looks: readonly ServerLook[],
): readonly ShownStatus[] {
  const seen = looks.flatMap(({ apps: found, nowMs }) =>
    found.map((status) => ({ status, nowMs }))
  );
  return [
    ...apps.flatMap(({ name }) => seen.filter(({ status }) => status.app === name)),
    ...looks.flatMap(({ services, nowMs }) => services.map((status) => ({ status, nowMs }))),
  ];
}

function refuseUnreachable(looks: readonly ServerLook[]): void {
  const failed = looks.flatMap(({ server, error }) =>
    error === undefined ? [] : [{ server, error }]
  );
  const [first] = failed;
  if (first === undefined) return;
  if (looks.length === 1) throw first.error;
  const names = failed.map(({ server }) => server);
  throw new LumaError(
    `Cannot look at ${names.length} of ${looks.length} servers: ${names.join(", ")}`,
    {
      cause: first.error,
      hint: `Find out more with: luma doctor ${names.join(" ")}`,
    },
  );
}
