/**
 * Plans the image of luma-proxy: its name, what is sent to make it, and the words of `docker build`.
 *
 * Pure: the same program gives the same plan.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { buildArgv } from "../docker/image_argv.ts";
import { DOCKERFILE } from "./dockerfile.ts";
import type { TarEntry } from "../image/tar.ts";

/** The base of an image whose program brings its libraries, or needs none. */
export const EMPTY_BASE = "scratch";

/** The base where this machine has not got the libraries that the program needs. */
export const LIBC_BASE = "debian:bookworm-slim";

/** Where released images are published, with the version as the tag. */
export const PUBLISHED_NAME = "luma/luma-proxy";

/** The words that call the program in a container of any luma-proxy image. */
export const PROXY_COMMAND: readonly string[] = ["luma-proxy"];

/** Labels that every image of luma-proxy has. */
export const LABELS = { version: "luma.proxy.version", digest: "luma.proxy.digest" } as const;

/** What one image is made of. */
export interface ImagePlan {
  /** `luma-proxy:1.2.3-0123456789ab`. */
  readonly reference: string;
  readonly version: string;
  /** SHA-256 of the program and the Dockerfile, in hex. */
  readonly digest: string;
}

/** The files of an image's root, and the image below them. */
export interface ImageContent {
  readonly base: string;
  readonly entries: readonly TarEntry[];
}

/** Names the image of a program of which only the digest is known. */
export function planImage(version: string, programDigest: string): ImagePlan {
  const digest = createHash("sha256").update(JSON.stringify([programDigest, DOCKERFILE]))
    .digest("hex");
  // A build's metadata, `1.2.3+4`, may stand in a version, but not in a tag.
  const tag = `${version.replace(/[^\w.-]/g, "-")}-${digest.slice(0, 12)}`;
  return { reference: `luma-proxy:${tag}`, version, digest };
}

/** The members of the archive that `docker build -` reads: the Dockerfile, and rootfs/. */
export function planContext(content: ImageContent): readonly TarEntry[] {
  const own = content.base === EMPTY_BASE ? EMPTY_ROOT : [];
  return [
    { kind: "file", path: "Dockerfile", content: DOCKERFILE },
    { kind: "folder", path: "rootfs" },
    ...[...own, ...content.entries].map((entry) => ({ ...entry, path: `rootfs/${entry.path}` })),
  ];
}

/** The command that makes the image from a context on standard input, with any builder. */
export function formatBuildCommand(plan: ImagePlan, base: string): readonly string[] {
  return buildArgv(plan.reference, { BASE: base, VERSION: plan.version, DIGEST: plan.digest });
}

/** The reference of a released version's image. */
export function formatPublishedReference(version: string): string {
  return `${PUBLISHED_NAME}:${version.replace(/[^\w.-]/g, "-")}`;
}

/** What libc and the runtimes look for in a root that has nothing else. */
const EMPTY_ROOT: readonly TarEntry[] = [
  { kind: "folder", path: "tmp", mode: 0o1777 },
  { kind: "folder", path: "run" },
  { kind: "file", path: "etc/passwd", content: "root:x:0:0:root:/:/nonexistent\n" },
  { kind: "file", path: "etc/group", content: "root:x:0:\n" },
  { kind: "file", path: "etc/nsswitch.conf", content: "hosts: files dns\n" },
];
