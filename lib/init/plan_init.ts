/**
 * Says which files init makes and changes, and what is in them.
 *
 * Pure. The rule: what is there stays as it is, but for lines that keep secrets out of Git and out
 * of images; luma.yml alone is written anew, where that is asked for.
 *
 * @module
 */
import { formatLumaYml } from "./format_luma_yml.ts";
import { addIgnoredPath, SECRETS_IN_GIT, SECRETS_IN_IMAGE } from "./ignore_file.ts";
import type { Settings } from "./settings.ts";

/** A file to write. */
export interface FileChange {
  /** Relative to the project's folder. */
  readonly path: string;
  readonly text: string;
  /** `make`: it must not be there yet. */
  readonly action: "make" | "change";
  /** Only its owner may read it. */
  readonly isSecret: boolean;
  /** What it is for. */
  readonly purpose: string;
}

/** What the files are planned from. */
export interface InitPlanOptions {
  readonly settings: Settings;
  /** The name of luma.yml. */
  readonly file: string;
  readonly isThere: boolean;
  /** The Dockerfile to write, where one is wanted. */
  readonly dockerfile?: string;
  /** Texts of the files that may be there: of secrets only whether they are. */
  readonly existing: ReadonlyMap<string, string>;
}

/** The folder's own file of secrets. */
export const SECRETS_FILE = ".luma/secrets";

/** Ignore files of images: which of them counts, depends on the builder. */
export const IMAGE_IGNORE_FILES = ["Dockerfile.dockerignore", ".dockerignore"] as const;

const SECRETS =
  `# Values that luma.yml names under \`secret:\`, a line for each. Keep this file out of Git.
# DATABASE_URL=postgres://user:password@db/app
`;

const FIRST_IMAGE_IGNORES = ".git\nnode_modules\nluma.yml\n";

/** The files to write, luma.yml first. */
export function planInit(options: InitPlanOptions): readonly FileChange[] {
  const { settings, file, isThere, dockerfile, existing } = options;
  const base = { action: "make", isSecret: false } as const;
  const changes: FileChange[] = [{
    ...base,
    path: file,
    text: formatLumaYml(settings),
    action: isThere ? "change" : "make",
    purpose: "what is deployed, and where",
  }];
  if (dockerfile !== undefined) {
    changes.push({
      ...base,
      path: "Dockerfile",
      text: dockerfile,
      purpose: "how the image is built",
    });
  }
  if (!existing.has(SECRETS_FILE)) {
    const purpose = "for values that nobody else may read";
    changes.push({ ...base, path: SECRETS_FILE, text: SECRETS, isSecret: true, purpose });
  }
  changes.push(...planIgnore(".gitignore", SECRETS_IN_GIT, existing));
  if (settings.image === undefined) {
    const there = IMAGE_IGNORE_FILES.filter((name) => existing.has(name));
    const names = there.length === 0 ? [".dockerignore"] : there;
    changes.push(...names.flatMap((name) => planIgnore(name, SECRETS_IN_IMAGE, existing)));
  }
  return changes;
}

function planIgnore(
  path: string,
  ignored: typeof SECRETS_IN_GIT,
  existing: ReadonlyMap<string, string>,
): readonly FileChange[] {
  const former = existing.get(path);
  const first = ignored === SECRETS_IN_IMAGE ? FIRST_IMAGE_IGNORES : "";
  const text = addIgnoredPath(former ?? first, ignored);
  if (text === undefined) return [];
  return [{
    path,
    text,
    action: former === undefined ? "make" : "change",
    isSecret: false,
    purpose: `keeps secrets out of ${ignored === SECRETS_IN_GIT ? "Git" : "the image"}`,
  }];
}
