/**
 * The shell script that pulls an image with a login.
 *
 * The rule: the password comes over standard input, which stays open as long as somebody waits for the
 * image; what `docker login` keeps stands in a folder of its own, which is gone when the script ends,
 * whatever ends it.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { untilAborted } from "./watch_exits.ts";
import type { RegistryLogin } from "./types.ts";

/** What the script ends with when the registry does not take the login. */
export const LOGIN_FAILED_STATUS = 94;

// Arguments: image, user, and the registry unless it is Docker's own. Both docker commands are waited for
// in the background, because a shell acts on a signal only between two commands, and a registry may let
// either of them hang. The end of standard input is what surely comes through an SSH connection: it ends
// all of this. A docker that has a context, as a rootless one, finds its engine by the configuration that
// is set aside here: so it is named before.
const SCRIPT = `umask 077
config=$(mktemp -d "\${TMPDIR:-/tmp}/luma-login-XXXXXX") || exit
pid= guard=
end() {
  trap '' HUP INT TERM PIPE
  [ -z "$guard" ] || kill "$guard" 2>/dev/null
  # Not asked but killed, and waited for: a login that ends later would write the folder anew.
  [ -z "$pid" ] || { kill -KILL "$pid"; wait "$pid"; } 2>/dev/null
  rm -rf "$config"
}
trap end EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 141' PIPE
[ -n "\${DOCKER_HOST-}" ] || {
  host=$(docker context inspect --format '{{.Endpoints.docker.Host}}' 2>/dev/null </dev/null)
  [ -z "$host" ] || export DOCKER_HOST="$host"
}
export DOCKER_CONFIG="$config"
# With a login in it, docker looks for no store of credentials of the user's own.
printf '{"auths":{"luma.invalid":{}}}' >"$config/config.json" || exit
image=$1 user=$2
shift 2
IFS= read -r password || exit
exec 3<&0
{ cat <&3; kill -HUP $$; } >/dev/null 2>&1 &
guard=$!
exec 3<&-
printf '%s' "$password" | base64 -d |
  docker login --username "$user" --password-stdin "$@" >/dev/null 2>"$config/said" &
pid=$!
wait "$pid" || {
  pid=
  cat "$config/said" >&2
  exit ${LOGIN_FAILED_STATUS}
}
docker pull -- "$image" </dev/null &
pid=$!
wait "$pid"
status=$?
pid=
exit "$status"`;

/** The command; its standard input is {@linkcode loginInput}. */
export function pullWithLoginArgv(
  reference: string,
  { registry, username }: Pick<RegistryLogin, "registry" | "username">,
): readonly string[] {
  const server = registry === "docker.io" ? [] : [registry];
  return ["sh", "-c", SCRIPT, "luma", reference, username, ...server];
}

/**
 * The password, in one line whatever is in it; the input then stays open until `signal` is aborted.
 *
 * Whoever ends the command's process closes it too.
 */
export async function* loginInput(
  password: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  yield Buffer.from(`${Buffer.from(password).toString("base64")}\n`);
  yield* untilAborted(signal);
}
