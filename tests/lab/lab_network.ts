/**
 * The network of a lab: a bridge, and a namespace with a link to it for each server.
 *
 * The rule: everything has the lab's name, so that what a killed lab left is found by it.
 *
 * @module
 */
import type { LabPlan } from "./lab_plan.ts";
import { runTool } from "./run_tool.ts";

/** The IPv4 addresses and networks that this machine knows. */
export async function listTakenNetworks(): Promise<readonly string[]> {
  const routes = await runTool(["ip", "-4", "route", "show", "table", "all"]);
  return routes.split("\n").flatMap((line) =>
    line.split(" ").slice(0, 2).filter((word) => /^\d/.test(word))
  );
}

/** Makes the bridge, and the namespaces with their links and addresses. */
export async function makeLabNetwork(plan: LabPlan): Promise<void> {
  await runTool(["ip", "link", "add", plan.bridge, "type", "bridge"]);
  await runTool(["ip", "addr", "add", `${plan.bridgeAddress}/24`, "dev", plan.bridge]);
  await runTool(["ip", "link", "set", plan.bridge, "up"]);
  // Docker on this machine drops what is forwarded, between the ports of a bridge too.
  await runTool(["iptables", "-w", "-I", "FORWARD", ...forwardRule(plan.bridge)]);
  for (const { name, address } of plan.servers) {
    const inside = ["ip", "-n", name];
    await runTool(["ip", "netns", "add", name]);
    await runTool(
      ["ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name],
    );
    await runTool(["ip", "link", "set", name, "master", plan.bridge, "up"]);
    await runTool([...inside, "addr", "add", `${address}/24`, "dev", "eth0"]);
    await runTool([...inside, "link", "set", "eth0", "up"]);
    await runTool([...inside, "link", "set", "lo", "up"]);
  }
}

/** The namespaces of the lab called `name` that exist. */
export async function listLabNamespaces(name: string): Promise<readonly string[]> {
  const list = await runTool(["ip", "netns", "list"], { mayFail: true });
  const own = new RegExp(`^${name}-\\d+$`);
  return list.split("\n").map((line) => line.split(" ")[0] ?? "").filter((found) =>
    own.test(found)
  );
}

/** Removes what {@linkcode makeLabNetwork} made, as far as it is there. */
export async function removeLabNetwork(name: string): Promise<void> {
  const mayFail = { mayFail: true };
  for (const namespace of await listLabNamespaces(name)) {
    await runTool(["ip", "link", "del", namespace], mayFail);
    await runTool(["ip", "netns", "del", namespace], mayFail);
  }
  await runTool(["ip", "link", "del", `${name}0`], mayFail);
  const rule = ["iptables", "-w", "-D", "FORWARD", ...forwardRule(`${name}0`)];
  await runTool(["sh", "-c", `while ${rule.join(" ")}; do :; done`], mayFail);
}

function forwardRule(bridge: string): readonly string[] {
  return ["-i", bridge, "-o", bridge, "-j", "ACCEPT"];
}
