/**
 * Deploys one app as a canary, by hand: the new version gets every request, is watched for as long as
 * you say, and stays only if you type `yes` when you have seen the numbers. Until then the old version
 * is whole, and one call away.
 *
 *     bun canary.ts blog 60
 *     deno run -A canary.ts blog 60
 *
 * The proxy goes back by itself meanwhile when the new version clearly fails more than the old one,
 * also when this script is gone.
 *
 * @module
 */
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline/promises";
import { type Event, type NewColor, runProject } from "@luma/cli";

const [app = "", seconds = "60"] = process.argv.slice(2);
const EVERY_S = 5;

async function askPerson(color: NewColor): Promise<void> {
  const { requests, failed } = (await color.counters()).new;
  console.log(`${color.color} answered ${requests} requests in ${seconds} s, ${failed} failed`);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const question = "Keep it? Type yes; anything else goes back: ";
    // Without a person, as under cron, standard input ends at once.
    const nobody = once(terminal, "close", { signal: color.signal }).then(() => "");
    const said = terminal.question(question, { signal: color.signal });
    const answer = (await Promise.race([said, nobody])).trim();
    if (answer !== "yes") throw new Error(`the answer was "${answer}"`);
  } finally {
    terminal.close();
  }
}

function showWatch(event: Event): void {
  if (event.kind !== "watching") return;
  const leftS = Math.round(event.leftMs / 1000);
  if (leftS % EVERY_S > 0) return;
  console.log(`${leftS} s left: ${event.requests} requests, ${event.failed} failed`);
}

process.exitCode = await runProject(async (project) => {
  await project.deploy({
    apps: [app],
    watchMs: Number(seconds) * 1000,
    beforeConfirm: askPerson,
  });
}, { live: false, onEvent: showWatch });
