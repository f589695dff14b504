/**
 * The shell script that gives containers other aliases without cutting a connection.
 *
 * Docker can change aliases only by unplugging and plugging again; with the same address nothing is cut,
 * because TCP sees a short silence. The rule: once unplugged, a container is plugged again whatever
 * happens to luma, to the connection, or to this script's output.
 *
 * @module
 */
import { quoteShell } from "../ssh/quote.ts";
import { detachedArgv } from "./detached_argv.ts";
import type { AliasChange } from "./types.ts";

/** `have` and `net` are the caller's; a container is plugged again before anything is given up. */
const FUNCTIONS = `luma_same() {
want_address=$1 want=$2 want_count=$3
set -- $have
[ "\${1-}" = "$want_address" ] || return 1
shift
[ "$#" -eq "$want_count" ] || return 1
for alias in "$@"; do
case " $want " in *" $alias "*) ;; *) return 1 ;; esac
done
}
luma_switch() {
name=$1 address=$2 aliases=$3 count=$4
shift 4
have=$(luma_state "$name" 2>&1) || luma_fail "$have"
! luma_same "$address" "$aliases" "$count" || return 0
if [ -n "$have" ]; then
said=$(docker network disconnect "$net" "$name" 2>&1) || case $said in
*"is not connected"*) ;;
*) luma_fail "$said" ;;
esac
fi
tries=0
until said=$(docker network connect "$@" "$net" "$name" 2>&1); do
have=$(luma_state "$name" 2>/dev/null) && luma_same "$address" "$aliases" "$count" && return 0
tries=$((tries + 1))
[ "$tries" -lt 10 ] || luma_fail "$name is not plugged into $net: $said"
sleep 0.5 2>/dev/null || sleep 1
done
}`;

/** One remote command that carries out `change`, one container after the other. */
export function switchAliasArgv(change: AliasChange): readonly string[] {
  return detachedArgv(formatSwitchScript(change));
}

/** What is run detached; a container that has the address and the aliases already is not touched. */
function formatSwitchScript(change: AliasChange): string {
  const state = quoteShell(["docker", "container", "inspect", "--format"]);
  return [
    `net=${quoteShell([change.network])}`,
    `luma_state() { ${state} ${quoteShell([stateFormat(change.network)])} -- "$1"; }`,
    FUNCTIONS,
    ...change.containers.map(({ name, address, aliases }) => {
      const unique = [...new Set(aliases)];
      const plug = ["--ip", address, ...unique.flatMap((alias) => ["--alias", alias])];
      const words = [name, address, unique.join(" "), String(unique.length), ...plug];
      return `luma_switch ${quoteShell(words)}`;
    }),
  ].join("\n");
}

/** A Go template: nothing where it is not plugged, else the configured address and the aliases. */
function stateFormat(network: string): string {
  const endpoint = `index .NetworkSettings.Networks ${JSON.stringify(network)}`;
  const address = `{{with .IPAMConfig}}{{or (print .IPv4Address) "-"}}{{else}}-{{end}}`;
  // Engines before 25 put the short id among the aliases.
  const aliases = `{{range .Aliases}}{{if ne . $id}} {{.}}{{end}}{{end}}`;
  return `{{$id := slice .Id 0 12}}{{with ${endpoint}}}${address}${aliases}{{end}}`;
}
