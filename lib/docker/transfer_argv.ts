/**
 * docker's command lines that write an image as an archive, and read it again.
 *
 * Pure: words out, unquoted.
 *
 * @module
 */

/** Writes an image to standard output. */
export function saveArgv(reference: string): readonly string[] {
  return ["docker", "image", "save", "--", reference];
}

/** Reads an image from standard input; compressed, or not. */
export function loadArgv(): readonly string[] {
  return ["docker", "image", "load"];
}

/** Prints the layers of every image, each as a list in JSON on a line. */
export function listLayersArgv(): readonly string[] {
  // An image may go away in between: the others are printed all the same.
  const script = `ids=$(docker image ls --quiet --no-trunc | sort -u) || exit
[ -z "$ids" ] || docker image inspect --format '{{json .RootFS.Layers}}' $ids 2>/dev/null
exit 0`;
  return ["sh", "-c", script];
}
