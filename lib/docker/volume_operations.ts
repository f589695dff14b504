/**
 * Operations on volumes, and what mounts them.
 *
 * The rule: what is gone already is no error; what is in use is.
 *
 * @module
 */
import { quoteShell } from "../ssh/quote.ts";
import type { Runner } from "../ssh/runner.ts";
import { readList, readObject, readString } from "./read_json.ts";
import { runDocker } from "./run_docker.ts";

/** Something that is mounted into a container. */
export interface Mount {
  /** Id of the container. */
  readonly container: string;
  /** `bind` is a folder or file of the server. */
  readonly kind: "volume" | "bind";
  /** The volume's name, or the path on the server. */
  readonly source: string;
}

/** The mounts of all containers, stopped ones too. */
export async function listMounts(runner: Runner, signal?: AbortSignal): Promise<readonly Mount[]> {
  const list = quoteShell(["docker", "ps", "-aq", "--no-trunc"]);
  const format = quoteShell(["--format", '{"id":{{json .Id}},"mounts":{{json .Mounts}}}']);
  const script = `ids=$(${list}) || exit
[ -z "$ids" ] || exec docker container inspect ${format} $ids`;
  const stdout = await runDocker(runner, {
    action: "list what containers mount",
    argv: ["sh", "-c", script],
    // One that went away between the listing and its inspection.
    expected: ["no-container"],
    signal,
  });
  return stdout.split("\n").filter((line) => line !== "").flatMap(parseMounts);
}

/** Reads a container's line. */
export function parseMounts(line: string): readonly Mount[] {
  const item = readObject(JSON.parse(line));
  const container = readString(item["id"]);
  return readList(item["mounts"]).flatMap((entry): readonly Mount[] => {
    const mount = readObject(entry);
    switch (mount["Type"]) {
      case "volume":
        return [{ container, kind: "volume", source: readString(mount["Name"]) }];
      case "bind":
        return [{ container, kind: "bind", source: readString(mount["Source"]) }];
      default:
        return [];
    }
  });
}

/** The names of all volumes. */
export async function listVolumes(
  runner: Runner,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const stdout = await runDocker(runner, {
    action: "list the volumes",
    argv: ["docker", "volume", "ls", "--quiet"],
    signal,
  });
  return stdout.split("\n").filter((name) => name !== "");
}

/** Removes a volume with all that is in it. @throws {DockerError} When a container uses it. */
export async function removeVolume(
  runner: Runner,
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  await runDocker(runner, {
    action: `remove the volume "${name}"`,
    argv: ["docker", "volume", "rm", "--", name],
    expected: ["no-volume"],
    signal,
  });
}
