/**
 * Asks a server what it is, apart from Docker: clock, kernel, free and used space, and luma's own folder.
 *
 * The rule: one round trip, plain POSIX sh, and the one thing it may change is to make the folder
 * and the key of the configuration hashes, which have to be there before anything else.
 *
 * @module
 */
import { Secret } from "../config/secret.ts";
import { LumaError } from "../error.ts";
import type { Runner } from "../ssh/runner.ts";
import type { ServerFacts } from "./types.ts";

// `ln` makes the key appear whole, or not at all where another run was first.
const SCRIPT = `
if [ "$(id -u)" = 0 ]; then home=/var/lib/luma; else home=$HOME/.luma; fi
key=absent
if [ -r "$home/key" ]; then key=$(cat "$home/key")
elif [ "$1" = write ]; then
  umask 077
  mkdir -p "$home" || exit 1
  od -An -N32 -tx1 /dev/urandom | tr -d ' \\n' > "$home/key.$$" || exit 1
  ln "$home/key.$$" "$home/key" 2>/dev/null
  rm -f "$home/key.$$"
  key=$(cat "$home/key") || exit 1
fi
echo "home=$home"
echo "key=$key"
echo "now=$(date +%s)"
echo "kernel=$(uname -r)"
root=$2
[ ! -d "$root" ] || echo "disk=$(df -Pk "$root" 2>/dev/null | { read -r _; read -r _ _ _ free _; echo "$free"; })"
[ -r /proc/meminfo ] && while read -r name kib _; do
  [ "$name" = MemAvailable: ] && echo "memory=$kib"
done < /proc/meminfo
# What each container uses without what the kernel can take back; the folders of both kinds of cgroups.
for file in /sys/fs/cgroup/memory/*/*/memory.usage_in_bytes /sys/fs/cgroup/*/*/memory.current; do
  folder=\${file%/*}
  id=\${folder##*/}
  id=\${id#docker-}
  id=\${id%.scope}
  [ "\${#id}" = 64 ] && [ -r "$file" ] || continue
  used= cache=0
  { read -r used; } 2>/dev/null < "$file"
  while read -r name bytes; do
    case $name in
      total_inactive_file) cache=$bytes; break ;;
      inactive_file) cache=$bytes ;;
    esac
  done 2>/dev/null < "$folder/memory.stat"
  [ -z "$used" ] || echo "use.$id=$((used - cache))"
done
exit 0
`;

/** How the facts are asked for. */
export interface FactsOptions {
  /** `read` makes nothing: the key may then be one that no label was made with. */
  readonly mode: "read" | "write";
  /** Folder whose free space is asked for; the engine's. */
  readonly rootDir?: string;
  readonly signal?: AbortSignal;
}

/**
 * The facts of the runner's server.
 *
 * @throws {LumaError} When the server's shell does not answer as a POSIX one does.
 */
export async function observeServerFacts(
  runner: Runner,
  options: FactsOptions,
): Promise<ServerFacts> {
  const output = await runner.run({
    argv: ["sh", "-c", SCRIPT, "luma", options.mode, options.rootDir ?? "/var/lib/docker"],
    timeoutMs: 30_000,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const facts = output.status === 0 ? parseServerFacts(output.stdout) : undefined;
  if (facts !== undefined) return facts;
  throw new LumaError(
    `Cannot look at ${runner.server}: ${
      output.stderr.trim() || `its shell answered ${output.status}`
    }`,
    { hint: "luma needs a POSIX shell and a folder that it can write on the server" },
  );
}

/** Reads `name=value` lines; none where one that luma needs is missing. */
export function parseServerFacts(text: string): ServerFacts | undefined {
  const values = new Map(
    text.split("\n").map((line) => {
      const at = line.indexOf("=");
      return [line.slice(0, at), line.slice(at + 1)] as const;
    }),
  );
  const home = values.get("home");
  const key = values.get("key");
  const nowS = Number(values.get("now"));
  if (home === undefined || key === undefined || !(nowS > 0)) return undefined;
  return {
    nowMs: nowS * 1000,
    home,
    kernel: values.get("kernel") ?? "",
    hashKey: new Secret(key),
    ...kibibytes("diskFreeBytes", values.get("disk")),
    ...kibibytes("memoryFreeBytes", values.get("memory")),
    memoryUseBytes: parseMemoryUse(values),
  };
}

function parseMemoryUse(values: ReadonlyMap<string, string>): ServerFacts["memoryUseBytes"] {
  return Object.fromEntries(
    [...values].flatMap(([name, text]) => {
      const bytes = Number(text);
      return name.startsWith("use.") && bytes > 0 ? [[name.slice("use.".length), bytes]] : [];
    }),
  );
}

function kibibytes<Name extends string>(
  name: Name,
  text: string | undefined,
): { readonly [K in Name]?: number } {
  return text !== undefined && /^\d+$/.test(text)
    ? { [name]: Number(text) * 1024 } as { readonly [K in Name]?: number }
    : {};
}
