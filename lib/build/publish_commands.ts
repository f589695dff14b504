/**
 * The commands that publish a release, for a person to look at and to type.
 *
 * Pure. The rule: it names no host; where things go is the environment of who publishes.
 *
 * @module
 */

/** An image of the release, for one processor. */
export interface ReleaseImage {
  /** `amd64`, `arm64`. */
  readonly arch: string;
  /** The archive that is the builder's context, in dist/. */
  readonly context: string;
  readonly base: string;
  readonly digest: string;
}

/** What is published. */
export interface PublishOptions {
  readonly version: string;
  /** The image's name without a tag. */
  readonly imageName: string;
  readonly images: readonly ReleaseImage[];
}

/** Writes the commands, each group under a line that says what it does. */
export function formatPublishCommands({ version, imageName, images }: PublishOptions): string {
  const reference = (suffix: string) =>
    `"$LUMA_IMAGE_REGISTRY/${imageName}:${imageTag(version)}${suffix}"`;
  const builds = images.map(({ arch, context, base, digest }) =>
    [
      `docker buildx build --push --platform linux/${arch} --provenance=false`,
      `  --build-arg BASE=${base} --build-arg VERSION=${version}`,
      `  --build-arg DIGEST=${digest}`,
      `  --tag ${reference(`-${arch}`)} - < dist/${context}`,
    ].join(" \\\n")
  );
  const parts = images.map(({ arch }) => reference(`-${arch}`)).join(" ");
  return [
    "# The commit and its tag",
    `git commit --all --message "chore: release ${version}"`,
    `git tag --annotate v${version} --message "luma ${version}"`,
    `git push --atomic origin HEAD v${version}`,
    "",
    "# The package",
    "node_modules/.bin/deno publish",
    "",
    "# The image, for each processor and under one name (LUMA_IMAGE_REGISTRY: where you push to)",
    ...builds,
    `docker buildx imagetools create --tag ${reference("")} ${parts}`,
    "",
    "# The executables and what belongs to them (LUMA_UPLOAD_URL: a folder that takes PUT)",
    "(cd dist && sha256sum --check --quiet SHA256SUMS &&",
    "  for file in $(cut -c 67- SHA256SUMS) SHA256SUMS; do",
    `    curl --fail --upload-file "$file" "$LUMA_UPLOAD_URL/${version}/$file" || exit`,
    "  done)",
    "",
  ].join("\n");
}

/** A build's metadata, `1.2.3+4`, may stand in a version, but not in a tag. */
function imageTag(version: string): string {
  return version.replace(/[^\w.-]/g, "-");
}
