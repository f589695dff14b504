/**
 * The shell script that pulls an image with a login.
 *
 * The rule: the password comes over standard input; what `docker login` keeps stands in a folder of its
 * own, which is gone when the script ends, whatever ends it.
 *
 * @module
 */
import type { RegistryLogin } from "./types.ts";

/** What the script ends with when the registry does not take the login. */
export const LOGIN_FAILED_STATUS = 94;

// Arguments: image, user, and the registry unless it is Docker's own. What runs is waited for in the
// background, because a shell acts on a signal only between two commands. A docker that has a context, as
// a rootless one, finds its engine by the configuration that is set aside here: so it is named before.
const SCRIPT = `umask 077
config=$(mktemp -d "\${TMPDIR:-/tmp}/luma-login-XXXXXX") || exit
pid=
end() {
  trap '' HUP INT TERM PIPE
  [ -z "$pid" ] || kill "$pid" 2>/dev/null
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
said=$(docker login --username "$user" --password-stdin "$@" 2>&1 >/dev/null) || {
  printf '%s\\n' "$said" >&2
  exit ${LOGIN_FAILED_STATUS}
}
docker pull -- "$image" </dev/null &
pid=$!
wait "$pid"
status=$?
pid=
exit "$status"`;

/** The command; it reads the password from standard input. */
export function pullWithLoginArgv(
  reference: string,
  { registry, username }: Pick<RegistryLogin, "registry" | "username">,
): readonly string[] {
  const server = registry === "docker.io" ? [] : [registry];
  return ["sh", "-c", SCRIPT, "luma", reference, username, ...server];
}
