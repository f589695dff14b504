/**
 * Writes what belongs to a release beside its executables: install.sh, the bill of materials, the
 * images' contexts, and the checksums of all that is downloaded.
 *
 * The rule: SHA256SUMS names what is published and nothing else, whatever lies in dist/.
 *
 * @module
 */
import { createWriteStream } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { LumaError } from "../error.ts";
import { hashFile } from "../proxy_image/hash_file.ts";
import { planContext, planImage } from "../proxy_image/plan_image.ts";
import { executableContent } from "../proxy_image/root_files.ts";
import { writeTar } from "../image/tar.ts";
import { type Checksummed, writeChecksums } from "./build.ts";
import type { Executable } from "./build_executable.ts";
import { formatInstallScript } from "./install_script.ts";
import type { ReleaseImage } from "./publish_commands.ts";
import { makeSbom, type PackageLock } from "./sbom.ts";

/** What the files are made for. */
export interface ReleaseFilesOptions {
  /** Absolute path of the checkout, which has the release's version. */
  readonly checkout: string;
  readonly version: string;
  readonly date: Date;
  /** The executables, of every target. */
  readonly executables: readonly Executable[];
}

/** The processors that the image is published for, and whose executable goes into it. */
const IMAGE_TARGETS = { amd64: "linux-x64", arm64: "linux-arm64" } as const;

/** The bill of materials' name in dist/. */
export function sbomName(version: string): string {
  return `luma-${version}.cdx.json`;
}

/** Writes the files into dist/, and tells of the images that can be made now. */
export async function writeReleaseFiles(
  options: ReleaseFilesOptions,
): Promise<readonly ReleaseImage[]> {
  const { checkout, version, date, executables } = options;
  const dist = join(checkout, "dist");
  await mkdir(dist, { recursive: true });
  const readJson = async <T>(path: string) =>
    JSON.parse(await readFile(join(checkout, path), "utf8")) as T;
  const lock = await readJson<PackageLock>("package-lock.json");
  const bun = await readJson<{ readonly version: string }>("node_modules/bun/package.json");
  const sbom = makeSbom({ version, lock, bunVersion: bun.version, date });
  const texts = {
    [sbomName(version)]: `${JSON.stringify(sbom, null, 2)}\n`,
    "install.sh": formatInstallScript({ version }),
  };
  const files: Checksummed[] = [...executables];
  for (const [name, text] of Object.entries(texts)) {
    const path = join(dist, name);
    await writeFile(path, text, { mode: name.endsWith(".sh") ? 0o755 : 0o644 });
    files.push({ path, sha256: await hashFile(path) ?? "" });
  }
  await writeChecksums(checkout, files);
  const images: ReleaseImage[] = [];
  for (const [arch, target] of Object.entries(IMAGE_TARGETS)) {
    images.push(await writeContext(options, arch, `luma-proxy-${target}`));
  }
  return images;
}

/**
 * Writes a builder's context. Where this machine has the libraries of that processor (on Debian:
 * `libc6:arm64`), the image needs no base and is smaller.
 */
async function writeContext(
  { checkout, version, executables }: ReleaseFilesOptions,
  arch: string,
  name: string,
): Promise<ReleaseImage> {
  const program = executables.find(({ path }) => path === join(checkout, "dist", name));
  if (program === undefined) {
    throw new LumaError(`Cannot make the image for ${arch}: ${name} was not made`);
  }
  const content = await executableContent(program.path);
  const context = `luma-proxy-image-${arch}.tar`;
  await pipeline(
    Readable.from(writeTar(planContext(content)), { objectMode: false }),
    createWriteStream(join(checkout, "dist", context)),
  );
  const { digest } = planImage(version, program.sha256);
  return { arch, context, base: content.base, digest };
}
