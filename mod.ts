/**
 * Luma deploys containers to servers that run Docker, and no request is lost while it does.
 *
 * As a program, `deno run -A jsr:@luma/cli deploy blog` is `luma deploy blog`. As a module, it is
 * the pieces of that command, to write a deployment of one's own with, in one file:
 *
 * ```ts
 * import { deploy, loadConfig } from "@luma/cli";
 *
 * const config = await loadConfig({ cwd: process.cwd(), env: process.env });
 * const { signal } = new AbortController();
 * await deploy(
 *   { apps: ["blog"], force: false },
 *   { config, signal, report: (event) => console.log(event), print: console.log, json: false },
 * );
 * ```
 *
 * @module
 */
import process from "node:process";
import { runAs } from "./cli.ts";

export { main, processIo } from "./cli.ts";
export type { CliIo } from "./lib/cli/types.ts";
export { type CommandContext } from "./lib/commands/context.ts";
export { deploy, type DeployOptions } from "./lib/commands/deploy.ts";
export { plan } from "./lib/commands/plan.ts";
export { openSession, type Session } from "./lib/commands/session.ts";
export { setup } from "./lib/commands/setup.ts";
export { status } from "./lib/commands/status.ts";
export { ConfigError } from "./lib/config/config_error.ts";
export { loadConfig, type LoadConfigOptions } from "./lib/config/load_config.ts";
export { parseConfig, type ParseConfigOptions } from "./lib/config/parse_config.ts";
export { Secret } from "./lib/config/secret.ts";
export type * from "./lib/config/types.ts";
export { createDocker } from "./lib/docker/create_docker.ts";
export { DockerError } from "./lib/docker/docker_error.ts";
export type * from "./lib/docker/types.ts";
export { type ExitCode, LumaError, UsageError } from "./lib/error.ts";
export { executePlan } from "./lib/execute/execute_plan.ts";
export {
  CleanupError,
  DeploymentError,
  type Effects,
  SwitchedBackError,
} from "./lib/execute/types.ts";
export { LockHeldError } from "./lib/lock/lease_lock.ts";
export { formatPlan } from "./lib/plan/format_plan.ts";
export { planDeploy, type PlanDeployOptions } from "./lib/plan/plan_deploy.ts";
export type { Phase, Plan, Step, StepKind } from "./lib/plan/types.ts";
export {
  createProxyClient,
  type ProxyClient,
  ProxyError,
} from "./lib/proxy_client/proxy_client.ts";
export type { Receipt } from "./lib/receipt/receipt.ts";
export type { Event, Report } from "./lib/report/events.ts";
export { resolveApp, type ResolvedApp } from "./lib/resolve/resolve_app.ts";
export { resolveImage } from "./lib/resolve/resolve_image.ts";
export { createLocalRunner } from "./lib/ssh/local_runner.ts";
export type { Command, Output, Runner } from "./lib/ssh/runner.ts";
export { RunnerError } from "./lib/ssh/runner_error.ts";
export { createSshRunner } from "./lib/ssh/ssh_runner.ts";
export { getCurrentActiveColor } from "./lib/state/active_color.ts";
export { readAppState } from "./lib/state/app_state.ts";
export { observeServer } from "./lib/state/observe_server.ts";
export type { AppState, ServerState } from "./lib/state/types.ts";
export { VERSION } from "./lib/version.ts";
export type {
  CheckEvent,
  Color,
  Endpoint,
  Operations,
  ProxyStatus,
  RouteStatus,
} from "./proxy/api.ts";

if (import.meta.main) process.exit(await runAs(process.argv.slice(2)));
