/**
 * `luma restart name…`: new replicas of the image that runs now, without losing a request.
 *
 * The rule: a restart changes nothing but the processes. What luma.yml says differently by now is brought
 * by a deployment, and by a restart only where that is asked for.
 *
 * @module
 */
import type { AppConfig } from "../config/types.ts";
import { LumaError, UsageError } from "../error.ts";
import { changedSections } from "../resolve/config_hash.ts";
import { readAppState } from "../state/app_state.ts";
import { LABELS } from "../state/labels.ts";
import type { ReplicaState } from "../state/types.ts";
import { resolveWith } from "./bring_image.ts";
import type { CommandContext } from "./context.ts";
import { deploy, type DeployLook } from "./deploy.ts";
import { restartService } from "./restart_service.ts";
import { selectParts } from "./select_containers.ts";

/** What is restarted, and how. */
export interface RestartOptions {
  /** Apps and services, at least one. */
  readonly names: readonly string[];
  /** Takes what changed in luma.yml along. */
  readonly withChanges: boolean;
}

/** Restarts apps blue-green, and services in place; services first, for apps may need them. */
export async function restart(options: RestartOptions, context: CommandContext): Promise<void> {
  const { config } = context;
  if (options.names.length === 0) {
    throw new UsageError("Cannot restart: no name was given", "Name apps or services of luma.yml");
  }
  const parts = selectParts(config, options.names);
  for (const service of config.services) {
    if (parts.some(({ kind, name }) => kind === "service" && name === service.name)) {
      await restartService(service, context);
    }
  }
  const apps = config.apps.filter(({ name }) =>
    parts.some((part) => part.kind === "app" && part.name === name)
  );
  for (const app of apps) {
    const look = lookAtRunning(app, options);
    await deploy({ apps: [app.name], force: true, look, patient: true }, context);
  }
}

/** Finds the image that runs, and refuses what would come along with it. */
function lookAtRunning(app: AppConfig, { withChanges }: RestartOptions): DeployLook {
  return async (session, state, context) => {
    const found = readAppState(state, context.config.name, app.name);
    const active = found.active === undefined ? [] : found[found.active];
    const image = active[0] === undefined
      ? undefined
      : await session.docker.inspectImage(active[0].container.imageId, context.signal);
    if (image === undefined) {
      throw new LumaError(
        `Cannot restart "${app.name}" on ${state.server}: nothing of it is there`,
        {
          hint: `Bring it there: luma deploy ${app.name}`,
        },
      );
    }
    const { configHash } = resolveWith(app, { state, image }, context);
    const otherImage = findOtherImage(app, active);
    const changes = withChanges ? [] : findChanges(app, active, configHash);
    if (otherImage.length + changes.length === 0) return image;
    throw changedError(app.name, { otherImage, changes });
  };
}

/** The image that luma.yml names by now, which a restart never brings. */
function findOtherImage(app: AppConfig, active: readonly ReplicaState[]): readonly string[] {
  const former = active[0]?.container.labels[LABELS.image];
  const isOther = app.build === undefined && app.image !== undefined && former !== app.image;
  return isOther ? [`image ${former} → ${app.image}`] : [];
}

/** What else luma.yml says differently from what runs. */
function findChanges(
  app: AppConfig,
  active: readonly ReplicaState[],
  configHash: string,
): readonly string[] {
  const labels = active[0]?.container.labels ?? {};
  const replicas = active.length === app.replicas
    ? []
    : [`replicas ${active.length} → ${app.replicas}`];
  return [
    ...changedSections(labels[LABELS.configHash] ?? "", configHash),
    ...replicas,
  ];
}

function changedError(
  name: string,
  { otherImage, changes }: Readonly<Record<"otherImage" | "changes", readonly string[]>>,
): LumaError {
  return new LumaError(
    `Cannot restart "${name}" as it is: luma.yml has changed since it was deployed: ${
      [...otherImage, ...changes].join(", ")
    }`,
    {
      hint: `To bring these changes: luma deploy ${name}` +
        (otherImage.length > 0
          ? ""
          : `\nTo restart with them, and the image that runs: luma restart --with-changes ${name}`),
    },
  );
}
