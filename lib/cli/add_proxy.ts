/**
 * The words of `luma proxy`, its options and help.
 *
 * The rule: a command's module is imported when the command runs.
 *
 * @module
 */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { addExamples } from "./add_examples.ts";
import { readShowOptions, tailOption } from "./log_options.ts";
import type { RunCommand } from "./types.ts";

/** Adds `luma proxy status|logs`. */
export function addProxy(program: CommandUnknownOpts, run: RunCommand): void {
  const proxy = program.command("proxy").description("look at the proxy of servers");
  addExamples(proxy, [
    ["luma proxy status", "routes, and the health of what they lead to"],
    ["luma proxy logs -f", "what the proxy writes"],
  ]);
  proxy.command("status")
    .description("show version, routes and the health of their endpoints, as they are now")
    .argument("[server...]", "names of servers; all of the project when none is given")
    .addHelpText("after", STATUS_EXAMPLES)
    .action((servers) =>
      run({ secrets: false }, async (context) => {
        const { proxyStatus } = await import("../commands/proxy.ts");
        await proxyStatus(servers, context);
      })
    );
  proxy.command("logs")
    .description("show what the proxy wrote, and follow it with -f")
    .argument("[server...]", "names of servers; all of the project when none is given")
    .option("-f, --follow", "go on with what comes, until Ctrl-C")
    .option("--since <when>", "what was written since: 10m, 2d, or 2026-01-31T12:00:00Z")
    .addOption(tailOption())
    .option("--no-prefix", "no container's name in front of the lines of several")
    .addHelpText("after", LOGS_EXAMPLES)
    .action((servers, options, command: CommandUnknownOpts) =>
      run({ secrets: false, streams: true }, async (context) => {
        const [{ proxyLogs }, { createProcessSink }, shown] = await Promise.all([
          import("../commands/proxy.ts"),
          import("./process_sink.ts"),
          readShowOptions(options, command),
        ]);
        await proxyLogs({ servers, ...shown }, context, createProcessSink());
      })
    );
}

const STATUS_EXAMPLES = `
Examples:
  luma proxy status            every server of the project
  luma proxy status --json     one object a server
`;

const LOGS_EXAMPLES = `
Examples:
  luma proxy logs --since 1h
  luma proxy logs -f web1
`;
