/**
 * Decides what goes into an image of luma-proxy that this machine makes: itself, an executable from
 * the checkout, or its runtime with the proxy's modules.
 *
 * The rule: the digest is known first and cheaply; files are made and read only when they are sent.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { LumaError } from "../error.ts";
import type { Runner } from "../ssh/runner.ts";
import { buildExecutable, type BuildOptions, hashInputs } from "../build/build_executable.ts";
import { hashFile } from "./hash_file.ts";
import type { Host, Platform } from "./host.ts";
import { type ImageContent, LIBC_BASE } from "./plan_image.ts";
import { readModules } from "./read_modules.ts";
import { executableContent, sourcesContent } from "./root_files.ts";

/** A program that behaves as luma-proxy on one platform. */
export interface Payload {
  readonly kind: "luma" | "luma-proxy" | "sources";
  /** SHA-256 of what the program is made of, in hex. */
  readonly digest: string;
  /** Makes it where it has to be made, and lists the files of the image's root. */
  prepare(signal?: AbortSignal): Promise<ImageContent>;
}

/** The effects of {@linkcode findPayload}. */
export interface PayloadEffects {
  /** Runs the compiler on this machine. */
  readonly compiler: Runner;
  /** Reads a module from an `https:` URL. */
  readonly fetchText: (url: string) => Promise<string>;
}

const ENTRIES = ["proxy/luma_proxy.ts", "proxy/luma_health.ts"];

/**
 * Finds the program for a server of `platform`.
 *
 * @throws {LumaError} When this machine has no program for it.
 */
export async function findPayload(
  platform: Platform,
  host: Host,
  effects: PayloadEffects,
): Promise<Payload> {
  if (host.kind === "checkout" && host.bun !== undefined && platform.os === "linux") {
    return await checkoutPayload(platform, { host, bun: host.bun, compiler: effects.compiler });
  }
  if (!isSame(platform, host.platform)) throw otherPlatform(platform, host);
  return host.kind === "executable"
    ? await lumaPayload(host)
    : await sourcesPayload(host, effects.fetchText);
}

async function lumaPayload(host: Host): Promise<Payload> {
  const digest = await hashFile(host.execPath);
  if (digest === undefined) {
    throw new LumaError(`Cannot read luma's own executable "${host.execPath}": it is gone`, {
      hint: "Was luma upgraded just now? Run the same command again",
    });
  }
  return { kind: "luma", digest, prepare: () => executableContent(host.execPath) };
}

async function checkoutPayload(
  platform: Platform,
  checkout: { readonly host: Host; readonly bun: string; readonly compiler: Runner },
): Promise<Payload> {
  const same = isSame(platform, checkout.host.platform);
  const options: BuildOptions = {
    checkout: fileURLToPath(checkout.host.rootUrl),
    name: "luma-proxy",
    target: same ? "host" : `linux-${platform.arch === "amd64" ? "x64" : platform.arch}`,
    bun: checkout.bun,
  };
  return {
    kind: "luma-proxy",
    digest: await hashInputs(options),
    async prepare(signal) {
      const { path } = await buildExecutable(options, checkout.compiler, signal);
      // Another platform's libraries are not on this machine.
      return await executableContent(path, same ? undefined : LIBC_BASE);
    },
  };
}

async function sourcesPayload(
  host: Host,
  fetchText: PayloadEffects["fetchText"],
): Promise<Payload> {
  const { name: runtime, version } = host.runtime;
  if (runtime === "node") {
    throw new LumaError("Cannot make the image of luma-proxy: Node does not run the proxy", {
      hint: "Run luma with Deno or Bun, use its executable, or set proxy.image in luma.yml",
    });
  }
  const read = (url: string) =>
    url.startsWith("file:") ? readFile(fileURLToPath(url), "utf8") : fetchText(url);
  const { files } = await readModules(host.rootUrl, ENTRIES, read);
  const digest = createHash("sha256").update(JSON.stringify([runtime, version, ...files]))
    .digest("hex");
  return {
    kind: "sources",
    digest,
    prepare: () => sourcesContent({ runtime, execPath: host.execPath, modules: files }),
  };
}

function isSame(a: Platform, b: Platform): boolean {
  return a.os === b.os && a.arch === b.arch;
}

function otherPlatform(platform: Platform, host: Host): LumaError {
  const [server, here] = [platform, host.platform].map(({ os, arch }) => `${os}/${arch}`);
  return new LumaError(
    `Cannot make the image of luma-proxy: the server runs ${server}, this machine ${here}`,
    {
      hint: `Download luma's executable for ${server} and run it on a machine like that, ` +
        "once, or set proxy.image in luma.yml to an image of luma-proxy that the server can pull",
    },
  );
}
