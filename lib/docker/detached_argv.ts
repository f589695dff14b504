/**
 * Wraps a script for the server that has to come to its end, whatever happens to luma or the connection.
 *
 * Pure. The rule: what may not be left halfway is one script, and goes through here.
 *
 * @module
 */

/**
 * Runs the script in a session of its own, which no hang-up and no killed process group reaches, and
 * still waits for its end. It is started in the background, because setsid forks when it leads a group.
 */
const DETACH = `if command -v setsid >/dev/null 2>&1; then setsid sh -c "$1" </dev/null &
else sh -c "$1" </dev/null & fi
wait "$!"`;

/** Signals end nothing halfway; every word for the outside is written when the work is done. */
const BEGIN = `trap '' HUP INT TERM PIPE
set -f
luma_fail() {
echo "luma: $1" >&2
exit 1
}`;

/**
 * The command that runs `script` detached.
 *
 * @param script Shell; `luma_fail WORDS` ends it with an error. It has no words for standard output
 * before its work is done.
 */
export function detachedArgv(script: string): readonly string[] {
  return ["sh", "-c", DETACH, "sh", `${BEGIN}\n${script}`];
}
