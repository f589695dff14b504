import { test } from "node:test";
import { type Fault, testFaults } from "./faulty_app.ts";

const more = "    deploy: { health_timeout: 6s }\n";
const answers = (
  fault: string,
  { error, hint }: { readonly error: RegExp; readonly hint: RegExp },
): Fault => ({
  fault,
  more,
  expected: [
    /^Error: Health check of "\w+" failed on local: 0 of 1 replicas healthy in 6 s$/m,
    error,
    hint,
    // Its last log lines.
    /^ {4}\w+-\w+ \| Listening on 0\.0\.0\.0:3000$/m,
  ],
});

test("luma deploy refuses a version that answers its health check wrongly, and says what to do", () =>
  testFaults([
    answers("answers 500", {
      error: /GET \/up: 500: no database \(\d+ attempts\)$/m,
      hint: /→ The app failed at GET \/up/,
    }),
    answers("redirects to https", {
      error: /GET \/up: 301, a redirect to https:\/\/\w+\.t[\d-]+\.test\/up \(/,
      hint: /→ The app sends HTTP on to HTTPS: let it answer GET \/up without that/,
    }),
    answers("redirects to a login", {
      error: /GET \/up: 301, a redirect to \/login \(/,
      hint: /→ A check follows no redirect.*health_check: \{ path: … \}/,
    }),
    answers("answers 404", {
      error: /GET \/up: 404: Not Found \(/,
      hint: /→ Let GET \/up answer 200, or name a path/,
    }),
    answers("refuses the host", {
      error: /GET \/up: 400: Invalid Host \(/,
      hint: /→ The check asks for the host \w+\.t[\d-]+\.test, as visitors do/,
    }),
  ]));
