/**
 * Luma deploys containers to servers that run Docker, and no request is lost while it does.
 *
 * As a program, `deno run -A jsr:@luma/cli deploy blog` is `luma deploy blog`. As a module, it is a
 * deployment in one file of your own, with your own checks in it:
 *
 * ```ts
 * import process from "node:process";
 * import { runProject } from "@luma/cli";
 *
 * process.exitCode = await runProject(async (project) => {
 *   await project.deploy({
 *     apps: ["blog"],
 *     beforeSwitch: (color) => color.check("/login"),
 *   });
 * });
 * ```
 *
 * {@linkcode runProject} does what the command line does around a command: it prints events, shows
 * errors with what to do next, and undoes what was begun when it is interrupted.
 * {@linkcode openProject} gives the same project without all that.
 *
 * @module
 */
import { runProcess } from "./cli.ts";

export { main } from "./cli.ts";
export type { CliIo } from "./lib/cli/types.ts";
export type { Person, ReadKeys } from "./lib/commands/context.ts";
export {
  type NewColorCheck,
  openProject,
  type Project,
  type ProjectDeployOptions,
  type ProjectOptions,
} from "./lib/toolkit/project.ts";
export { runProject, type RunProjectOptions } from "./lib/toolkit/run_project.ts";
export type { ColorCounters, NewColor, NewReplica } from "./lib/toolkit/new_color.ts";
export type { Server } from "./lib/toolkit/server.ts";

export { ConfigError } from "./lib/config/config_error.ts";
export { DockerError, type DockerFailure } from "./lib/docker/docker_error.ts";
export { type ExitCode, LumaError, type LumaErrorOptions, UsageError } from "./lib/error.ts";
export { CleanupError, DeploymentError, SwitchedBackError } from "./lib/execute/types.ts";
export { LockHeldError } from "./lib/lock/lease_lock.ts";
export { ProxyError } from "./lib/proxy_client/proxy_client.ts";
export { RunnerError, type RunnerFailure } from "./lib/ssh/runner_error.ts";

export { createJsonReporter } from "./lib/report/json_reporter.ts";
export { createPlainReporter, type ReporterOptions } from "./lib/report/plain_reporter.ts";
export type { Event, EventBase, Report, ServiceBase } from "./lib/report/events.ts";
export { formatServiceStatus } from "./lib/status/format_service_status.ts";
export { formatStatus } from "./lib/status/format_status.ts";

export { Secret } from "./lib/config/secret.ts";
export type * from "./lib/config/types.ts";
export type {
  Container,
  ContainerNetwork,
  ContainerVolume,
  DockerInfo,
  Network,
} from "./lib/docker/types.ts";
export type { PublishedPort } from "./lib/docker/published_port.ts";
export type { Phase, StepKind } from "./lib/plan/types.ts";
export type { ServiceStepKind } from "./lib/plan/service_step.ts";
export type { ServiceAction } from "./lib/service/types.ts";
export type { Durations, Receipt } from "./lib/receipt/receipt.ts";
export type { Command, Output, Runner } from "./lib/ssh/runner.ts";
export type { PortHolder, ProxyState, ServerFacts, ServerState } from "./lib/state/types.ts";
export type { AppStatus } from "./lib/status/app_status.ts";
export type { ServiceStatus } from "./lib/status/service_status.ts";
export type {
  ApiVersion,
  Color,
  Counters,
  DrainingRequest,
  Endpoint,
  EndpointStatus,
  Failure,
  GenerationState,
  HealthOptions,
  ProxyStatus,
  RouteKey,
  RouteOptions,
  RouteState,
  RouteStatus,
  WatchFailure,
  WatchOptions,
} from "./proxy/api.ts";
export { VERSION } from "./lib/version.ts";

if (import.meta.main) await runProcess();
