/**
 * The shell scripts behind the lease lock of an app on a server.
 *
 * Pure. The rule: a lease is one file, read and replaced under flock(1), on the server's own clock;
 * so it is never held twice, and never for ever.
 *
 * @module
 */

/** How long a lease holds, in seconds, unless it is renewed. */
export const LEASE_SECONDS = 15;

/** What the scripts exit with when somebody else holds the lease. */
export const HELD_STATUS = 75;

/** What the guard exits with when the lease is not ours any more. */
const LOST_STATUS = 97;

/** Who holds a lease, as its file says; one value a line, in this order. */
export interface Lease {
  readonly token: string;
  /** Seconds since the epoch. */
  readonly expiresAtS: number;
  readonly owner: string;
  readonly host: string;
  /** Names the host's boot and process namespace, so that `pid` can be looked for. */
  readonly hostId: string;
  readonly pid: number;
  /** Seconds since the epoch. */
  readonly sinceS: number;
}

const READ = `
read_lease() {
  token= expires=0 owner= host= hostid= pid=0 since=0
  [ -r "$1" ] && { read -r token; read -r expires; read -r owner; read -r host; read -r hostid; read -r pid; read -r since; } < "$1"
  now=$(date +%s)
}
`;

const LOCKED = `
file=$1
umask 077
mkdir -p "\${file%/*}" || exit 1
command -v flock > /dev/null || { echo "the server has no flock (util-linux)" >&2; exit 1; }
exec 9> "$file.mutex" || exit 1
flock -w 10 9 || { echo "the lock file is busy" >&2; exit 1; }
`;

/** Arguments: file, token, broken token or empty, owner, host, host id, pid. */
const ACQUIRE = `${READ}${LOCKED}
read_lease "$file"
if [ -n "$token" ] && [ "$token" != "$2" ] && [ "$token" != "$3" ] && [ "$expires" -gt "$now" ]; then
  cat "$file"; exit ${HELD_STATUS}
fi
[ "$token" = "$2" ] || since=$now
printf '%s\\n' "$2" $((now + ${LEASE_SECONDS})) "$4" "$5" "$6" "$7" "$since" > "$file.new" && mv "$file.new" "$file"
`;

/** Arguments: file, token. A lease that is over but was not taken by another may go on. */
const RENEW = `${READ}${LOCKED}
read_lease "$file"
[ "$token" = "$2" ] || { [ -e "$file" ] && cat "$file"; exit ${HELD_STATUS}; }
printf '%s\\n' "$token" $((now + ${LEASE_SECONDS})) "$owner" "$host" "$hostid" "$pid" "$since" > "$file.new" && mv "$file.new" "$file"
`;

/** Arguments: file, token; an empty token releases whoever holds it. */
const RELEASE = `${READ}${LOCKED}
read_lease "$file"
if [ -z "$2" ] || [ "$token" = "$2" ]; then [ -e "$file" ] && cat "$file"; rm -f "$file"; fi
exit 0
`;

const SHOW = `[ -r "$1" ] && cat "$1"; date +%s`;

/** Arguments: file, token, then the command that only the holder may run. */
const GUARD = `${READ}
read_lease "$1"
if [ "$token" != "$2" ] || [ "$expires" -le "$now" ]; then
  echo "luma: the lock $1 is not held any more" >&2; exit ${LOST_STATUS}
fi
shift 2
exec "$@"
`;

function script(text: string, args: readonly string[]): readonly string[] {
  return ["sh", "-c", text, "luma", ...args];
}

/** Who wants a lease, and where it is. */
export interface LeaseRequest {
  /** Path of the lease's file on the server. */
  readonly file: string;
  readonly token: string;
  readonly owner: string;
  readonly host: string;
  readonly hostId: string;
  readonly pid: number;
}

/** Takes the lease, unless another token than `brokenToken` holds it. */
export function acquireArgv(request: LeaseRequest, brokenToken = ""): readonly string[] {
  const { file, token, owner, host, hostId, pid } = request;
  return script(ACQUIRE, [
    file,
    token,
    brokenToken,
    oneLine(owner),
    oneLine(host),
    hostId,
    String(pid),
  ]);
}

/** Makes the lease hold for {@linkcode LEASE_SECONDS} from now on. */
export function renewArgv(file: string, token: string): readonly string[] {
  return script(RENEW, [file, token]);
}

/** Gives the lease up; without a token, whoever holds it. Prints the lease that was there. */
export function releaseArgv(file: string, token: string): readonly string[] {
  return script(RELEASE, [file, token]);
}

/** Prints the lease, if there is one, and the server's clock. */
export function showArgv(file: string): readonly string[] {
  return script(SHOW, [file]);
}

/** Runs a command in the same shell that has just seen that the lease is held. */
export function guardArgv(file: string, token: string, argv: readonly string[]): readonly string[] {
  return script(GUARD, [file, token, ...argv]);
}

/** Whether the guard of this file has kept a command from running: a guard of another file may, too. */
export function isLost(
  { status, stderr }: { readonly status: number; readonly stderr: string },
  file: string,
): boolean {
  return status === LOST_STATUS && stderr.includes(`luma: the lock ${file} is not held any more`);
}

/** Reads what the scripts print of a lease; none where it is no lease. */
export function parseLease(text: string): Lease | undefined {
  const [token, expires, owner, host, hostId, pid, since] = text.split("\n");
  if (!token || since === undefined || !/^\d+$/.test(expires ?? "")) return undefined;
  return {
    token,
    expiresAtS: Number(expires),
    owner: owner ?? "",
    host: host ?? "",
    hostId: hostId ?? "",
    pid: Number(pid),
    sinceS: Number(since),
  };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}
