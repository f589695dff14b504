/**
 * What docs/commands.md has to be: the command reference of the programs as they are.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { addCommands } from "../../lib/cli/add_commands.ts";
import { formatReference, type HelpPage } from "../../lib/cli/format_reference.ts";
import { createProgram } from "../../lib/cli/run_command_line.ts";
import { CALL_HELP } from "../../proxy/cli/call_command.ts";
import { CLIENT_HELP } from "../../proxy/cli/client_help.ts";
import { HEALTH_HELP } from "../../proxy/cli/health_command.ts";
import { HOLD_HELP } from "../../proxy/cli/hold_command.ts";
import { HELP } from "../../proxy/cli/proxy_cli.ts";
import { RUN_HELP } from "../../proxy/cli/run_command.ts";

/** The file that holds the reference. */
export const REFERENCE_FILE = fileURLToPath(new URL("../../docs/commands.md", import.meta.url));

/** The reference of the programs as they are now. */
export function readReference(): string {
  const program = createProgram({ out: () => {}, err: () => {} });
  const nothing = () => Promise.resolve();
  addCommands(program, Object.assign(nothing, { bare: nothing, open: nothing }));
  return formatReference(program, listPages());
}

function listPages(): readonly HelpPage[] {
  const commands: Readonly<Record<string, string>> = {
    run: RUN_HELP,
    hold: HOLD_HELP,
    ...CLIENT_HELP,
    call: CALL_HELP,
  };
  return [
    { command: "luma-proxy", help: HELP },
    ...Object.entries(commands).map(([name, help]) => ({ command: `luma-proxy ${name}`, help })),
    { command: "luma-health", help: HEALTH_HELP },
  ];
}
