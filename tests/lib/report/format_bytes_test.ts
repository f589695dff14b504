import assert from "node:assert/strict";
import { test } from "node:test";
import { formatBytes } from "../../../lib/report/format_bytes.ts";

test("formatBytes() gives three digits that count, in thousands", () => {
  const written = [
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.00 kB"],
    [9_996, "10.0 kB"],
    [56_234, "56.2 kB"],
    [99_960, "100 kB"],
    [999_600, "1.00 MB"],
    [317_000_000, "317 MB"],
    [2_500_000_000, "2.50 GB"],
  ] as const;
  for (const [bytes, text] of written) assert.equal(formatBytes(bytes), text);
});
