/**
 * Lists what luma's executables are made of, as a software bill of materials: CycloneDX 1.5, JSON
 * (https://cyclonedx.org/docs/1.5/json/).
 *
 * Pure. The rule: package-lock.json and Bun's own version say it; nothing is looked up anywhere.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { LumaError } from "../error.ts";

/** The part of a package-lock.json (version 3) that is read here. */
export interface PackageLock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** One package of a lock file. */
export interface LockedPackage {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  /** `sha512-…`, in base64. */
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** What a list is made from. */
export interface SbomOptions {
  readonly version: string;
  readonly lock: PackageLock;
  /** The version of Bun, whose runtime is in every executable. */
  readonly bunVersion: string;
  readonly date: Date;
}

/** A component, as CycloneDX has it. */
export interface SbomComponent {
  readonly type: "application" | "library" | "platform";
  readonly "bom-ref": string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses?: readonly { readonly expression: string }[];
  readonly hashes?: readonly { readonly alg: "SHA-512"; readonly content: string }[];
}

/** A list of components, as CycloneDX has it. */
export interface Sbom {
  readonly bomFormat: "CycloneDX";
  readonly specVersion: "1.5";
  readonly serialNumber: string;
  readonly version: 1;
  readonly metadata: { readonly timestamp: string; readonly component: SbomComponent };
  readonly components: readonly SbomComponent[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/**
 * Lists the packages that are bundled, those of development left out, and Bun.
 *
 * @throws {LumaError} When the lock file has a package without a version.
 */
export function makeSbom({ version, lock, bunVersion, date }: SbomOptions): Sbom {
  const bundled = Object.entries(lock.packages)
    .filter(([path, { dev }]) => path.startsWith("node_modules/") && dev !== true);
  // The same version may lie in several folders; it is one component.
  const libraries = uniqueBy(
    bundled.map(([path, locked]) => describePackage(path, locked)),
    (library) => library["bom-ref"],
  );
  const runtime = plainComponent("platform", "bun", bunVersion);
  const components = [...libraries, { ...runtime, licenses: [{ expression: "MIT" }] }];
  const root = lock.packages[""] ?? {};
  const product = plainComponent("application", root.name ?? "luma", version);
  const refs = new Map(libraries.map((library) => [library.name, library["bom-ref"]]));
  const refsOf = (locked: LockedPackage) =>
    Object.keys({ ...locked.dependencies, ...locked.peerDependencies })
      .flatMap((name) => refs.get(name) ?? []);
  const dependencies = [
    { ref: product["bom-ref"], dependsOn: [...refsOf(root), runtime["bom-ref"]] },
    ...bundled.map(([path, locked]) => {
      return { ref: describePackage(path, locked)["bom-ref"], dependsOn: refsOf(locked) };
    }),
    { ref: runtime["bom-ref"], dependsOn: [] },
  ];
  return {
    ...{ bomFormat: "CycloneDX", specVersion: "1.5", version: 1 },
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify([product, components]))}`,
    metadata: {
      timestamp: date.toISOString(),
      component: { ...product, licenses: [{ expression: root.license ?? "MIT" }] },
    },
    components,
    dependencies: uniqueBy(dependencies, ({ ref }) => ref),
  };
}

function uniqueBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}

function describePackage(path: string, locked: LockedPackage): SbomComponent {
  const name = nameOf(path);
  if (locked.version === undefined) {
    throw new LumaError(`Cannot list the packages: "${name}" has no version in package-lock.json`, {
      hint: "Run: npm install --package-lock-only",
    });
  }
  const { license, integrity } = locked;
  return {
    ...plainComponent("library", name, locked.version),
    ...(license === undefined ? {} : { licenses: [{ expression: license }] }),
    ...(integrity?.startsWith("sha512-")
      ? { hashes: [{ alg: "SHA-512", content: hexOf(integrity.slice("sha512-".length)) }] }
      : {}),
  };
}

function plainComponent(
  type: SbomComponent["type"],
  name: string,
  version: string,
): SbomComponent {
  // In a package URL, the @ of a scope is written as %40 (purl-spec, "npm").
  const purl = `pkg:npm/${name.replace(/^@/, "%40")}@${encodeURIComponent(version)}`;
  return { type, "bom-ref": purl, name, version, purl };
}

/** `node_modules/dax/node_modules/@x/y` is the package `@x/y`. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
}

function hexOf(base64: string): string {
  return Array.from(
    atob(base64),
    (character) => character.charCodeAt(0).toString(16).padStart(2, "0"),
  ).join("");
}

/** A UUID (RFC 9562, version 8) that the same content gives again. */
function uuidOf(content: string): string {
  const hex = createHash("sha256").update(content).digest("hex");
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return [
    ...[hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`],
    ...[`${variant}${hex.slice(18, 20)}`, hex.slice(20, 32)],
  ].join("-");
}
