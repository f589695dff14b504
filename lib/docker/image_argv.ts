/**
 * docker's command lines about images.
 *
 * Pure: words out, unquoted.
 *
 * @module
 */

/** Inspects one image. */
export function inspectImageArgv(reference: string): readonly string[] {
  return ["docker", "image", "inspect", "--", reference];
}

/** Lists the images that a reference or pattern names: `luma/shop-web:*`. */
export function listImagesArgv(reference: string): readonly string[] {
  const format = ["--no-trunc", "--format", "{{json .}}"];
  return ["docker", "image", "ls", ...format, "--filter", `reference=${reference}`];
}

/** Pulls an image. */
export function pullArgv(reference: string): readonly string[] {
  return ["docker", "pull", "--", reference];
}

/** Gives an image one more name. */
export function tagArgv(image: string, tag: string): readonly string[] {
  return ["docker", "tag", "--", image, tag];
}

/** Takes a name from an image, and removes the image when it was the last. */
export function untagArgv(tag: string): readonly string[] {
  return ["docker", "rmi", "--", tag];
}

/**
 * Makes an image from a context on standard input, with any builder.
 *
 * @param args Values of the Dockerfile's ARGs.
 */
export function buildArgv(tag: string, args: Readonly<Record<string, string>>): readonly string[] {
  const words = Object.entries(args).flatMap((
    [name, value],
  ) => ["--build-arg", `${name}=${value}`]);
  return ["docker", "build", "--tag", tag, ...words, "-"];
}
