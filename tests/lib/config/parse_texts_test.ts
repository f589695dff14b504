import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDuration } from "../../../lib/config/parse_duration.ts";
import { parseHostName } from "../../../lib/config/parse_host_name.ts";
import { parseImage, registryOf } from "../../../lib/config/parse_image.ts";
import { parseCheckPath, parseRoutePath } from "../../../lib/config/parse_path.ts";
import { formatPort, parsePort } from "../../../lib/config/parse_port.ts";
import { parseServer } from "../../../lib/config/parse_server.ts";
import { parseCpus, parseMemory, parsePercentage } from "../../../lib/config/parse_size.ts";
import { parseVolume } from "../../../lib/config/parse_volume.ts";
import type { Parsed } from "../../../lib/config/parsed.ts";
import { splitWords } from "../../../lib/config/split_words.ts";

/** One test for each text: its value, or undefined where it is refused, with a part of the fix. */
function testParser<T>(
  parse: (text: string) => Parsed<T>,
  cases: readonly (readonly [string, T | undefined, string?])[],
): void {
  for (const [text, value, fix] of cases) {
    test(`${parse.name}() ${value === undefined ? "refuses" : "reads"} ${JSON.stringify(text)}`, () => {
      const result = parse(text);
      assert.deepEqual(result.ok ? result.value : undefined, value);
      if (fix !== undefined) {
        assert.match((result.ok ? undefined : result.fix) ?? "", new RegExp(fix));
      }
    });
  }
}

testParser(parseDuration, [
  ["30s", 30_000],
  ["1m30s", 90_000],
  ["500ms", 500],
  ["2h", 7_200_000],
  ["1h1m1s1ms", 3_661_001],
  ["1.5s", 1_500],
  ["15", 15_000],
  ["0.25", 250],
  ["0", 0],
  ["596h", 2_145_600_000],
  ["597h", undefined],
  ["", undefined],
  ["s", undefined],
  ["-5s", undefined],
  ["5 s", undefined],
  ["30s1m", undefined],
  ["1d", undefined],
  ["5 seconds", undefined, "bare number is seconds"],
]);

testParser(parseMemory, [
  ["512m", 536_870_912],
  ["1g", 1_073_741_824],
  ["1.5g", 1_610_612_736],
  ["64MiB", 67_108_864],
  ["1Gb", 1_073_741_824],
  ["8192k", 8_388_608],
  ["536870912", 536_870_912],
  ["536870912b", 536_870_912],
  ["5m", undefined],
  ["512", undefined],
  ["1x", undefined],
  ["-1g", undefined],
  ["", undefined],
]);

testParser(parseCpus, [["1.5", 1.5], ["2", 2], ["0.01", 0.01], ["0", undefined], [
  "two",
  undefined,
]]);

testParser(parsePercentage, [
  ["20", 0.2],
  ["20%", 0.2],
  ["0.5%", 0.005],
  ["0", 0],
  ["100", 1],
  ["101", undefined],
  ["0.2", undefined, "20%"],
  ["many", undefined],
]);

testParser(splitWords, [
  ['postgres -c "max_connections=200"', ["postgres", "-c", "max_connections=200"]],
  ["sh -c 'a && b'", ["sh", "-c", "a && b"]],
  ["a  b\n\tc ", ["a", "b", "c"]],
  [`--x="a b"'c d'e`, ["--x=a bc de"]],
  [`"a \\"b\\" \\n"`, ['a "b" \\n']],
  ["a\\ b \\$c", ["a b", "$c"]],
  ["''", [""]],
  ["a 'b", undefined, "close"],
  ['a "b\\"', undefined, "close"],
  ["a\\", undefined],
  ["  ", undefined],
]);

testParser(parseHostName, [
  ["Blog.COM", "blog.com"],
  ["blog.com.", "blog.com"],
  ["*.example.com", "*.example.com"],
  ["münchen.de", "xn--mnchen-3ya.de"],
  ["*.Bücher.example", "*.xn--bcher-kva.example"],
  ["my_app.local", "my_app.local"],
  ["localhost", "localhost"],
  ["10.0.0.5", "10.0.0.5"],
  ["https://blog.com/about", undefined, "write blog.com$"],
  ["blog.com:8080", undefined, "write blog.com$"],
  ["blog.com/about", undefined, "write blog.com$"],
  ["HTTP://Bücher.example:80", undefined, "write xn--bcher-kva.example$"],
  ["*", undefined, "leave out hosts"],
  ["a.*.com", undefined],
  ["*.*.com", undefined],
  ["-a.com", undefined],
  ["a..com", undefined],
  ["a b.com", undefined],
  ["a%41.com", undefined],
  ["1.2.3", undefined],
  ["999.1.1.1", undefined],
  ["", undefined],
  [`${"a".repeat(64)}.com`, undefined],
  [`${"a.".repeat(130)}com`, undefined],
]);

testParser(parseImage, [
  ["my-blog", "my-blog"],
  ["postgres:17", "postgres:17"],
  ["registry.example.com/acme/web:1.2_x", "registry.example.com/acme/web:1.2_x"],
  ["localhost:5000/web", "localhost:5000/web"],
  [`web@sha256:${"a".repeat(64)}`, `web@sha256:${"a".repeat(64)}`],
  [`sha256:${"a".repeat(64)}`, `sha256:${"a".repeat(64)}`],
  ["acme/Web:1", undefined, "write acme/web:1"],
  ["--privileged", undefined],
  ["a b", undefined],
  ["web:", undefined],
  ["web:1 && rm", undefined],
  ["https://registry.example.com/acme/web", undefined],
]);

test("registryOf() is the host of the reference, else docker.io", () => {
  const images = [
    "web",
    "acme/web:1",
    "registry.example.com/acme/web",
    "localhost/web",
    "reg:5000/web",
  ];
  assert.deepEqual(images.map(registryOf), [
    "docker.io",
    "docker.io",
    "registry.example.com",
    "localhost",
    "reg:5000",
  ]);
});

testParser(parseCheckPath, [
  ["/up", "/up"],
  ["/up?deep=1", "/up?deep=1"],
  ["up", undefined, "write /up$"],
  ["http://localhost:3000/up", undefined, "write /up$"],
  ["/a b", undefined],
  ["/ü", undefined],
  ["/a#b", undefined],
]);

testParser(parseRoutePath, [
  ["/", "/"],
  ["/api/", "/api"],
  ["/api/v1", "/api/v1"],
  ["api", undefined, "write /api$"],
  ["/api/*", undefined, "write /api$"],
  ["/api?x=1", undefined, "write /api$"],
  ["/a/../b", undefined],
  ["//a", undefined],
]);

testParser(parsePort, [
  ["80", { containerPort: 80, protocol: "tcp" }],
  ["80/tcp", { containerPort: 80, protocol: "tcp" }],
  ["53:53/udp", { hostPort: 53, containerPort: 53, protocol: "udp" }],
  ["127.0.0.1:8080:80", {
    hostAddress: "127.0.0.1",
    hostPort: 8080,
    containerPort: 80,
    protocol: "tcp",
  }],
  ["[::1]:8080:80", { hostAddress: "::1", hostPort: 8080, containerPort: 80, protocol: "tcp" }],
  ["0", undefined],
  ["80:70000", undefined],
  ["3000-3005:3000-3005", undefined, "each port"],
  ["host:80:80", undefined],
  ["80/sctp", undefined],
  ["80:80:80:80", undefined],
  ["eighty", undefined],
]);

test("formatPort() writes what parsePort() read", () => {
  for (const text of ["80", "53:53/udp", "127.0.0.1:8080:80", "[::1]:8080:80"]) {
    const port = parsePort(text);
    assert.equal(port.ok && formatPort(port.value), text);
  }
});

testParser(parseVolume, [
  ["data:/data", { kind: "named", source: "data", path: "/data", readOnly: false }],
  ["data:/data:rw", { kind: "named", source: "data", path: "/data", readOnly: false }],
  ["/etc/x:/etc/x:ro", { kind: "absolute", source: "/etc/x", path: "/etc/x", readOnly: true }],
  ["./pg/data:/var/lib/", {
    kind: "relative",
    source: "pg/data",
    path: "/var/lib/",
    readOnly: false,
  }],
  ["/data", undefined, "write data:/data"],
  ["../x:/x", undefined, "begins with ./"],
  ["./a/../../x:/x", undefined, "begins with ./"],
  ["~/x:/x", undefined, "absolute"],
  ["a/b:/x", undefined, "write ./a/b"],
  ["data:data", undefined],
  ["data:/", undefined],
  ["data:/x/..", undefined],
  ["data:/x:z", undefined, "write data:/x:ro"],
  ["data:/x:ro:ro", undefined],
  [":/x", undefined],
  ["-v:/x", undefined],
]);

testParser(parseServer, [
  ["10.0.0.5", { host: "10.0.0.5" }],
  ["web1", { host: "web1" }],
  ["luma@web1.example.com:2222", { host: "web1.example.com", user: "luma", port: 2222 }],
  ["::1", { host: "::1" }],
  ["luma@[fe80::1]:22", { host: "fe80::1", user: "luma", port: 22 }],
  ["ssh://luma@web1:22", undefined, "write luma@web1:22$"],
  ["-oProxyCommand=x", undefined],
  ["-l@web1", undefined],
  ["a b", undefined],
  ["web1:0", undefined],
  ["web1:70000", undefined],
  ["a;b", undefined],
  ["a..b", undefined],
  ["", undefined],
]);
