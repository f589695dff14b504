/**
 * Reads what an engine says of itself, and its events.
 *
 * Pure: Docker's JSON in, values out.
 *
 * @module
 */
import { readNumber, readObject, readString } from "./read_json.ts";
import type { ContainerExit, DockerInfo } from "./types.ts";

/** Machine names of the kernel, as image platforms call them. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: "amd64",
  aarch64: "arm64",
  armv7l: "arm",
  armv6l: "arm",
  i686: "386",
};

/** Reads two lines: the server part of `docker version`, and `docker info`, each as JSON. */
export function parseDockerInfo(lines: string): DockerInfo {
  const [versionLine = "{}", infoLine = "{}"] = lines.split("\n").filter((line) => line !== "");
  const version = readObject(JSON.parse(versionLine));
  const info = readObject(JSON.parse(infoLine));
  const machine = readString(info["Architecture"]);
  return {
    version: readString(version["Version"]) || readString(info["ServerVersion"]),
    apiVersion: readString(version["ApiVersion"]),
    architecture: readString(version["Arch"]) || (ARCHITECTURES[machine] ?? machine),
    os: readString(version["Os"]) || readString(info["OSType"]),
    cpus: readNumber(info["NCPU"]),
    memoryBytes: readNumber(info["MemTotal"]),
    rootDir: readString(info["DockerRootDir"]),
  };
}

/** Reads one line of `docker events` about a container that ended. */
export function parseExit(line: string): ContainerExit {
  const attributes = readObject(readObject(readObject(JSON.parse(line))["Actor"])["Attributes"]);
  return { name: readString(attributes["name"]), exitCode: readNumber(attributes["exitCode"]) };
}
