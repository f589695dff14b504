import assert from "node:assert/strict";
import { test } from "node:test";
import { isCronRunning, readCrontab, writeCrontab } from "../../../lib/cron/crontab_program.ts";
import { LumaError } from "../../../lib/error.ts";
import type { Command, Output, Runner } from "../../../lib/ssh/runner.ts";

const { signal } = new AbortController();

function answering(output: Partial<Output>, seen: Command[] = []): Runner {
  return {
    server: "local",
    run: (command) => {
      seen.push(command);
      return Promise.resolve({ status: 0, stdout: "", stderr: "", ...output });
    },
    close: () => Promise.resolve(),
  };
}

test("readCrontab() is empty when the user has none", async () => {
  const stderrs = [
    "no crontab for root\n",
    "crontab: can't open 'ann': No such file or directory\n",
  ];
  for (const stderr of stderrs) {
    assert.equal(await readCrontab(answering({ status: 1, stderr }), signal), "");
  }
  assert.equal(await readCrontab(answering({ stdout: " a\n" }), signal), " a\n");
});

test("readCrontab() fails when it cannot give back what it read", async () => {
  await assert.rejects(readCrontab(answering({ stdout: "a\ufffd\n" }), signal), /no UTF-8/);
  const denied = answering({ status: 1, stderr: "You are not allowed to use this program\n" });
  await assert.rejects(readCrontab(denied, signal), /Cannot read the crontab: You are not allowed/);
});

test("readCrontab() says what to install, or to use instead, when there is no crontab(1)", async () => {
  const runner = answering({ status: 127, stderr: "crontab: command not found\nPATH was /x\n" });
  await assert.rejects(readCrontab(runner, signal), (error) => {
    assert.ok(error instanceof LumaError);
    assert.equal(error.message, "Cannot read the crontab: crontab: command not found; PATH was /x");
    assert.match(error.hint ?? "", /apt install cron.*--systemd/);
    return true;
  });
});

test("writeCrontab() hands the whole crontab over, and tells why crontab refused it", async () => {
  const seen: Command[] = [];
  await writeCrontab(answering({}, seen), "a\nb\n", signal);
  assert.deepEqual([seen[0]?.argv, seen[0]?.stdin], [["crontab", "-"], "a\nb\n"]);
  const refusing = answering({ status: 1, stderr: '"-":1: bad minute\n' });
  await assert.rejects(
    writeCrontab(refusing, "a\n", signal),
    /Cannot write the crontab: .*bad minute/,
  );
});

test("isCronRunning() finds a daemon by its name alone", async () => {
  for (const stdout of ["sh\ncron\n", "crond\n", "/usr/sbin/cron\n"]) {
    assert.equal(await isCronRunning(answering({ stdout }), signal), true, stdout);
  }
  assert.equal(await isCronRunning(answering({ stdout: "crontab\nacron\n" }), signal), false);
});
