/**
 * Looks at the first process of running containers, without disturbing it.
 *
 * The rule: it is read from the kernel's tables on the server; only where these are not its own (an
 * engine in a virtual machine) something is run inside, which reads the same there.
 *
 * @module
 */
import type { Runner } from "../ssh/runner.ts";
import { readObject, readString, readStringRecord } from "./read_json.ts";
import { runDocker } from "./run_docker.ts";

/** The first process of a container, and how the container was created. */
export interface ContainerProcess {
  readonly container: string;
  /** Its words, `/bin/sh -c npm start`. */
  readonly command: string;
  /** The name that the kernel knows it by: `sh`. */
  readonly program: string;
  /** What happens on SIGTERM; unknown where nothing could be read. */
  readonly onSigterm: "handled" | "ignored" | "unknown";
  /** Docker's own first process forwards signals: `--init`. */
  readonly hasInit: boolean;
  readonly logDriver: string;
  /** `10m`; none: a log grows without end. */
  readonly logMaxSize?: string;
  readonly sysctls: Readonly<Record<string, string>>;
}

// The numbers of two process tables mean different processes: the control group tells whose it is.
const SCRIPT = `
for name; do
  docker container inspect --format '{{json .}}' -- "$name" || exit
  pid=$(docker container inspect --format '{{.State.Pid}}' -- "$name")
  id=$(docker container inspect --format '{{.Id}}' -- "$name")
  if grep -q "$id" "/proc/$pid/cgroup" 2>/dev/null; then
    grep -E '^(Name|SigIgn|SigCgt):' "/proc/$pid/status"
    echo "Words: $(tr '\\0\\n' '  ' < "/proc/$pid/cmdline")"
  else
    docker exec -- "$name" cat /proc/1/status 2>/dev/null | grep -E '^(Name|SigIgn|SigCgt):'
    echo "Words: $(docker exec -- "$name" cat /proc/1/cmdline 2>/dev/null | tr '\\0\\n' '  ')"
  fi
done
exit 0
`;

/** The processes of those containers, which have to run. */
export async function inspectProcesses(
  runner: Runner,
  containers: readonly string[],
  signal: AbortSignal,
): Promise<readonly ContainerProcess[]> {
  if (containers.length === 0) return [];
  const output = await runDocker(runner, {
    action: "look at the processes of containers",
    argv: ["sh", "-c", SCRIPT, "luma", ...containers],
    signal,
  });
  return parseProcesses(output);
}

/** Reads what the script prints: the JSON of a container, then lines about its first process. */
export function parseProcesses(text: string): readonly ContainerProcess[] {
  const groups: string[][] = [];
  for (const line of text.split("\n")) {
    if (line.startsWith("{")) groups.push([line]);
    else groups.at(-1)?.push(line);
  }
  return groups.map(([json = "{}", ...lines]) => parseProcess(json, lines));
}

function parseProcess(json: string, lines: readonly string[]): ContainerProcess {
  const item = readObject(JSON.parse(json));
  const host = readObject(item["HostConfig"]);
  const log = readObject(host["LogConfig"]);
  const logMaxSize = readStringRecord(log["Config"])["max-size"];
  const values = new Map(lines.map((line) => {
    const at = line.indexOf(":");
    return [line.slice(0, at), line.slice(at + 1).trim()] as const;
  }));
  return {
    container: readString(item["Name"]).replace(/^\//, ""),
    command: values.get("Words") ?? "",
    program: values.get("Name") ?? "",
    onSigterm: readSigterm(values.get("SigCgt"), values.get("SigIgn")),
    hasInit: host["Init"] === true,
    logDriver: readString(log["Type"]),
    sysctls: readStringRecord(host["Sysctls"]),
    ...(logMaxSize === undefined ? {} : { logMaxSize }),
  };
}

/** Masks as in proc_pid_status(5), bit 14 for signal 15; PID 1 has no default action (pid_namespaces(7)). */
function readSigterm(
  caught: string | undefined,
  ignored: string | undefined,
): ContainerProcess["onSigterm"] {
  const hex = /^[0-9a-f]+$/i;
  if (caught === undefined || ignored === undefined || !hex.test(caught) || !hex.test(ignored)) {
    return "unknown";
  }
  const isSet = (mask: string) => (BigInt(`0x${mask}`) & (1n << 14n)) !== 0n;
  return isSet(caught) && !isSet(ignored) ? "handled" : "ignored";
}
