/**
 * The commands of luma, in the order in which `luma --help` lists them.
 *
 * The rule: each group of commands has a module of its own; here they are only listed.
 *
 * @module
 */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { addCron } from "./add_cron.ts";
import { addExec, addLogs, addRemove, addRestart } from "./add_containers.ts";
import { addDeploy, addRedeploy } from "./add_deploy.ts";
import { addDoctor } from "./add_doctor.ts";
import { addPlan, addStatus } from "./add_inspection.ts";
import { addLock } from "./add_lock.ts";
import { addProxy } from "./add_proxy.ts";
import { addCompletions, addInit, addSchema } from "./add_project.ts";
import { addSetup } from "./add_setup.ts";
import type { RunCommand } from "./types.ts";

/** Adds every command to the program. */
export function addCommands(program: CommandUnknownOpts, run: RunCommand): void {
  for (const add of COMMANDS) add(program, run);
}

const COMMANDS = [
  addInit,
  addDeploy,
  addRedeploy,
  addPlan,
  addStatus,
  addDoctor,
  addLogs,
  addExec,
  addRestart,
  addRemove,
  addSetup,
  addProxy,
  addLock,
  addCron,
  addSchema,
  addCompletions,
] as const;
