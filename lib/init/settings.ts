/**
 * What init writes down: found in the folder, or said by a person.
 *
 * Pure. The rule: an option of the command line counts before what was found, and what was found
 * before a default.
 *
 * @module
 */
import { parseAppName, projectNameOf } from "../config/parse_name.ts";
import { detectProgram, type Program } from "./detect_program.ts";
import { type Companions, findCompanions } from "./find_companions.ts";
import { findHealthPath, type HealthPath } from "./find_health_path.ts";
import { formatDockerfile } from "./format_dockerfile.ts";
import { type ImageFacts, parseDockerfile } from "./parse_dockerfile.ts";
import type { ProjectFolder } from "./project_folder.ts";

/** What a folder tells. */
export interface Findings {
  /** Of its Dockerfile; none where there is no such file. */
  readonly image?: ImageFacts;
  readonly program?: Program;
  /** For a folder without a Dockerfile, where luma knows how to write one. */
  readonly dockerfile?: string;
  readonly health?: HealthPath;
  readonly companions?: Companions;
}

/** What a person may say, as options or as answers; all of it was checked. */
export interface Wishes {
  readonly name?: string;
  readonly server?: string;
  readonly host?: string;
  readonly port?: number;
  readonly image?: string;
}

/** What luma.yml is to say. */
export interface Settings {
  readonly project: string;
  readonly app: string;
  readonly server?: string;
  readonly host?: string;
  readonly image?: string;
  /** None: what the image exposes. */
  readonly port?: number;
  /** How much is known of the port: a guess is marked as one. */
  readonly portFrom: "option" | "image" | "guess";
  /** The app has to be told its port. */
  readonly setsPort: boolean;
  readonly healthPath: string;
  /** Nothing was found that answers a health check: `/` is asked for. */
  readonly isHealthGuessed: boolean;
  readonly companions?: Companions;
}

const USUAL_PORT = 3000;

/** Ports of EXPOSE that are likely the one for HTTP, where there are several. */
const HTTP_PORTS = [3000, 8080, 80, 8000, 5000, 4000, 8888];

/** Looks at a folder; with an image of somebody else its sources say nothing. */
export function findSettings(folder: ProjectFolder): Findings {
  const text = folder.texts.get("Dockerfile");
  const program = detectProgram(folder);
  const image = text === undefined ? undefined : parseDockerfile(text);
  const dockerfile = text === undefined && program !== undefined
    ? formatDockerfile(program, folder)
    : undefined;
  const health = findHealthPath(folder);
  const companions = findCompanions(folder);
  return {
    ...(image && { image }),
    ...(program && { program }),
    ...(dockerfile && { dockerfile }),
    ...(health && { health }),
    ...(companions && { companions }),
  };
}

/** The port that the image says; none where it says none, or several that are equally likely. */
export function portOf({ image, dockerfile, program }: Findings): number | undefined {
  if (image?.portVariable !== undefined) return image.portVariable;
  if (dockerfile !== undefined) return program?.port;
  const ports = image?.ports ?? [];
  return HTTP_PORTS.find((port) => ports.includes(port)) ?? ports[0];
}

/** The port that a program of its kind listens on, where the environment says nothing. */
export function usualPortOf({ program }: Findings): number {
  return program?.port ?? USUAL_PORT;
}

/** Settles what luma.yml says. */
export function settle(folderName: string, findings: Findings, wishes: Wishes): Settings {
  const project = wishes.name ?? projectNameOf(folderName) ?? "site";
  const isBuilt = wishes.image === undefined;
  const own = isBuilt ? findings : {};
  const known = portOf(own);
  const port = wishes.port ?? (isBuilt ? known ?? usualPortOf(own) : undefined);
  const health = own.image?.healthPath ?? own.health?.path;
  const { server, host, image } = wishes;
  return {
    project,
    app: parseAppName(project).ok ? project : "web",
    ...(port !== undefined && { port }),
    portFrom: wishes.port !== undefined ? "option" : known !== undefined ? "image" : "guess",
    setsPort: isBuilt && port !== known,
    healthPath: health ?? "/",
    isHealthGuessed: health === undefined,
    ...(server !== undefined && { server }),
    ...(host !== undefined && { host }),
    ...(image !== undefined && { image }),
    ...(findings.companions && { companions: findings.companions }),
  };
}
