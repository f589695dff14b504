/**
 * What `--help` prints for the commands that ask a running proxy.
 *
 * The rule: a default stands in parentheses.
 *
 * @module
 */
import type { Operation } from "../api.ts";

const COMMON = `  --socket PATH         control socket (/var/lib/luma-proxy/control.sock)
  --json                print the answer as JSON, one value a line
`;
const ROUTE = `  --project P           the project
  --app A               the app
`;
const GENERATION = `${ROUTE}  --generation N        the generation
`;

/** By operation. */
export const CLIENT_HELP: Readonly<Record<Operation, string>> = {
  status: `Usage: luma-proxy status [options]

Shows the proxy, its workers and warnings, and each route with its endpoints and counters.

Options:
${COMMON}`,
  list: `Usage: luma-proxy list [options]

Shows the routes.

Options:
${COMMON}`,
  check: `Usage: luma-proxy check --endpoint ADDRESS:PORT… [options]

Probes endpoints from where the proxy is. Exit code 1 when one is not healthy.

Options:
  --endpoint ADDR:PORT  whom to ask, repeatable
  --health-path PATH    what to ask for (/up)
  --health-host HOST    the Host to send (the endpoint's address)
  --timeout TIME        time for one attempt (5s)
  --wait TIME           time for all attempts (one attempt)
  --interval TIME       time between the starts of two attempts (250ms)
${COMMON}`,
  switch: `Usage: luma-proxy switch --project P --app A --generation N --color C --deployment D
                         --endpoint ADDRESS:PORT… [options]

Makes endpoints the route's next generation: when it returns, no worker sends a new request to the
former ones. Without --watch the generation is confirmed at once.

Options:
${ROUTE}  --generation N        the generation that serves now (0: there is no such route)
  --color COLOR         blue or green
  --deployment ID       what deployed it; the same one again changes nothing
  --endpoint ADDR:PORT  who serves, repeatable
  --host HOST           which host is routed, repeatable (every host that no other route claims)
  --path PATH           which paths are routed (/)
  --health-path PATH    what background checks ask for (/up)
  --health-host HOST    the Host that they send (the first host)
  --timeout TIME        the time that they give (5s)
  --watch TIME          watch it that long, and go back when 5 requests and 20 % fail
${COMMON}`,
  watch: `Usage: luma-proxy watch --project P --app A --generation N [options]

Waits until the watch of a generation is judged, and says how.

Options:
${GENERATION}${COMMON}`,
  confirm: `Usage: luma-proxy confirm --project P --app A --generation N [options]

Keeps a generation for good: the proxy never leaves it by itself.

Options:
${GENERATION}${COMMON}`,
  "switch-back": `Usage: luma-proxy switch-back --project P --app A --generation N [options]

Leaves a generation that is not confirmed for the one before it.

Options:
${GENERATION}  --reason TEXT         why, for the record
${COMMON}`,
  drain: `Usage: luma-proxy drain --project P --app A --color C [options]

Waits until a color that does not serve any more has answered its requests.

Options:
${ROUTE}  --color COLOR         blue or green
  --timeout TIME        time for requests (120s)
  --stream-timeout TIME time for WebSockets and event streams, which are closed then (10s)
${COMMON}`,
  deploy: `Usage: luma-proxy deploy --host HOST… --target TARGET… --project P [options]

Makes or changes a route by hand. An alias is resolved once, in the project's network; where a
deployment has switched the route, its endpoints stay.

Options:
  --host HOST           which host is routed, repeatable (every host that no other route claims)
  --target TARGET       alias:port or address:port, repeatable
  --project P           the project
  --app A               the app (the target's alias)
  --health-path PATH    what background checks ask for (/up)
${COMMON}`,
  remove: `Usage: luma-proxy remove --project P --app A [options]

Removes a route. Requests that are being answered go on.

Options:
${ROUTE}${COMMON}`,
};
