import { test } from "node:test";
import { testFaults } from "./faulty_app.ts";

test("luma deploy refuses a version that ends or cannot start, and says how", () =>
  testFaults([
    {
      fault: "exits",
      expected: [
        /^Error: \w+-\w+ of "\w+" on local exited with status 7$/m,
        /^ {4}\w+-\w+ \| Cannot reach the database at db:5432$/m,
        /→ Its last log lines are above/,
      ],
    },
    {
      fault: "takes all memory",
      more: "    memory: 64m\n",
      expected: [
        /^Error: .* was killed, (most likely )?out of memory \(status 137\)$/m,
        /\| Filling the cache$/m,
        /→ It may take 64m: raise memory: in luma\.yml/,
      ],
    },
    {
      fault: "none",
      more: '    command: ["sh", "-c", "true"]\n',
      expected: [/^Error: .* came to its end \(status 0\)$/m, /foreground/],
    },
    {
      fault: "none",
      more: "    command: [no-such-program]\n",
      expected: [
        /^Error: Cannot start the container "\S+" on local: .*executable file not found in \$PATH$/m,
        /→ Check command: in luma\.yml, or CMD and ENTRYPOINT of the image/,
      ],
    },
    {
      fault: "none",
      more: "    command: [/app/faulty.ts]\n",
      expected: [/: exec: "\/app\/faulty\.ts": permission denied$/m, /→ Make it executable/],
    },
    {
      fault: "none",
      more: "    command: [/app/no_program]\n",
      expected: [/exec format error/, /→ It is made for another processor/],
    },
  ]));
