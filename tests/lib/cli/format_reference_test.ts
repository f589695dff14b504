import assert from "node:assert/strict";
import { test } from "node:test";
import { Command } from "@commander-js/extra-typings";
import { formatReference } from "../../../lib/cli/format_reference.ts";

function makeProgram() {
  const program = new Command("boat").description("Sails.")
    .option("-f, --fast <knots>", "how fast; slow | quick")
    .configureHelp({ helpWidth: 80 });
  const crew = program.command("crew").description("see or change the crew");
  crew.command("hire").description("take somebody aboard").argument("<name...>", "who")
    .option("--cook", "as a cook");
  return program;
}

test("formatReference() has a section for each command, with arguments and options", () => {
  const text = formatReference(makeProgram());
  assert.deepEqual(text.match(/^##? .*/gm), [
    "# Commands",
    "## boat",
    "## boat crew",
    "## boat crew hire",
    "## Exit codes",
  ]);
  assert.match(
    text,
    /## boat crew hire\n\n```text\nboat crew hire \[options\] <name...>\n```\n\nTake somebody aboard\.\n\n\| Argument \| Meaning \|\n\|---\|---\|\n\| `name` \| who \|\n\n\| Option \| Meaning \|\n\|---\|---\|\n\| `--cook` \| as a cook \|\n/,
  );
});

test("formatReference() escapes what would end a cell", () => {
  assert.match(
    formatReference(makeProgram()),
    /\| `-f, --fast <knots>` \| how fast; slow \\\| quick \|/,
  );
});

test("formatReference() shows the help of other programs as they print it", () => {
  const text = formatReference(makeProgram(), [{ command: "oar", help: "Usage: oar\n\nRows.\n" }]);
  assert.match(text, /\n## oar\n\n```text\nUsage: oar\n\nRows\.\n```\n$/);
});
