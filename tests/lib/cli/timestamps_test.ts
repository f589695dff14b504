import assert from "node:assert/strict";
import { test } from "node:test";
import { NOBODY } from "../../../lib/commands/context.ts";
import { runCommandLine } from "../../../lib/cli/run_command_line.ts";

test("luma --timestamps begins every line with the time, also in a terminal", async () => {
  const lines: string[] = [];
  const io = {
    out: (text: string) => void lines.push(text),
    err: (text: string) => void lines.push(text),
    env: { NO_COLOR: "1" },
    cwd: () => "/",
    isTerminal: true,
    columns: () => 80,
    person: NOBODY,
  };
  const file = "/no/such/luma.yml";
  const code = await runCommandLine(["-c", file, "--timestamps", "redeploy", "--if-changed"], io);
  assert.equal(code, 2);
  const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`;
  assert.match(
    lines.join(""),
    new RegExp(`^${time} Error: Cannot load .*\n${time}   → Check .*\n$`),
  );
});
