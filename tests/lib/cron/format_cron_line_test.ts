import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  type CronCommand,
  formatCronLine,
  readLogPath,
  statusFileOf,
} from "../../../lib/cron/format_cron_line.ts";
import { createLocalRunner } from "../../../lib/ssh/local_runner.ts";

const PLAIN: CronCommand = {
  luma: ["/usr/local/bin/luma"],
  file: "/srv/shop/luma.yml",
  apps: ["blog", "api"],
  variables: {},
  log: "/var/log/luma/cron-shop.log",
};

/** What cron gives to the shell of a line: it reads `\%` as `%`, and a bare one ends the command. */
function readAsCron(line: string): string {
  const command = line.split(" ").slice(5).join(" ");
  assert.doesNotMatch(command.replaceAll("\\%", ""), /%/);
  return command.replaceAll("\\%", "%");
}

test("formatCronLine() is the line that the documents show", () => {
  assert.equal(
    formatCronLine("*/5 * * * *", PLAIN),
    "*/5 * * * * env -u BUN_OPTIONS -u BUN_BE_BUN /usr/local/bin/luma -c /srv/shop/luma.yml " +
      "redeploy --if-changed blog api --timestamps >> /var/log/luma/cron-shop.log 2>&1; " +
      "echo $? > /var/log/luma/cron-shop.log.status # luma-cron:/srv/shop/luma.yml",
  );
});

test("formatCronLine() is read by a real sh as the words that it was made of", async () => {
  const folder = await mkdtemp(join(tmpdir(), "luma-line-"));
  try {
    const strange = join(folder, 'it\'s 100% "$HOME" `x` #;&|<>*?');
    await mkdir(strange);
    const luma = join(strange, "luma");
    await writeFile(
      luma,
      '#!/bin/sh\nprintf "[%s]" "$@" "$DOCKER_HOST" "${BUN_OPTIONS-unset}"\nexit 3\n',
    );
    await chmod(luma, 0o755);
    const file = join(strange, "luma.yml");
    const log = join(strange, "log");
    const dockerHost = "unix:///a b%.sock";
    const line = formatCronLine("* * * * *", {
      ...PLAIN,
      luma: [luma],
      file,
      log,
      variables: { DOCKER_HOST: dockerHost },
    });
    const runner = createLocalRunner({ server: "local", env: { BUN_OPTIONS: "--evil" } });
    const ended = await runner.run({ argv: ["/bin/sh", "-c", readAsCron(line)] });
    assert.deepEqual(ended, { status: 0, stdout: "", stderr: "" });
    const words = ["-c", file, "redeploy", "--if-changed", "blog", "api", "--timestamps"];
    assert.equal(
      await readFile(log, "utf8"),
      [...words, dockerHost, "unset"].map((word) => `[${word}]`).join(""),
    );
    assert.equal(await readFile(statusFileOf(log), "utf8"), "3\n");
    assert.equal(readLogPath(line), log);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("formatCronLine() refuses what cron cannot read", () => {
  const make = (changes: Partial<CronCommand>) => () =>
    formatCronLine("@daily", { ...PLAIN, ...changes });
  assert.throws(make({ log: `/${"x".repeat(900)}` }), /it would have \d+ of 998 characters/);
  assert.throws(make({ log: "/a\nb" }), /a line break/);
  assert.throws(make({ log: "/a\\%b" }), /a backslash before a %/);
  assert.throws(make({ file: "/a\nb/luma.yml" }), /a line break|control character/);
});

test("readLogPath() reads the log of a line, and nothing of another's", () => {
  assert.equal(readLogPath(formatCronLine("@daily", PLAIN)), PLAIN.log);
  assert.equal(readLogPath("1 2 * * * backup >> /tmp/log 2>&1"), undefined);
});
