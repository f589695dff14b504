/**
 * Says what init found, what it wrote, and what to type next.
 *
 * Pure.
 *
 * @module
 */
import type { FileChange } from "./plan_init.ts";
import type { Findings, Settings } from "./settings.ts";

/** What init did. */
export interface InitResult {
  readonly findings: Findings;
  readonly settings: Settings;
  readonly changes: readonly FileChange[];
  /** `-c FILE` as it has to be typed for other commands; empty for luma.yml. */
  readonly fileOption: string;
}

/** The lines for people. */
export function formatInit({ findings, settings, changes, fileOption }: InitResult): string {
  const width = Math.max(...changes.map(({ path }) => path.length));
  const files = changes.map(({ action, path, purpose }) =>
    `${action === "make" ? "Made   " : "Changed"} ${path.padEnd(width)}  ${purpose}`
  );
  return [...formatFindings(findings, settings), ...files, "", "Next:", ...nextLines()].join("\n");

  function nextLines(): readonly string[] {
    const lacksDockerfile = settings.image === undefined && findings.image === undefined &&
      !changes.some(({ path }) => path === "Dockerfile");
    const server = settings.server ?? "this machine";
    return [
      ...(lacksDockerfile ? ["  write a Dockerfile: how the image of your app is built"] : []),
      `  luma${fileOption} plan      check luma.yml, and see what would be done`,
      `  luma${fileOption} setup     make ${server} ready`,
      `  luma${fileOption} deploy    bring the app into use; again after every change`,
    ];
  }
}

function formatFindings(findings: Findings, settings: Settings): readonly string[] {
  if (settings.image !== undefined) return [];
  const { image, program, health, companions } = findings;
  const port = settings.portFrom === "image" ? `, port ${settings.port}` : "";
  const check = image?.healthPath !== undefined
    ? `, HEALTHCHECK at ${image.healthPath}`
    : health === undefined
    ? ""
    : `, ${health.path} in ${health.file}`;
  const what = image !== undefined
    ? `a Dockerfile${port}${check}`
    : program !== undefined
    ? `${program.sign}: ${program.language}${check}`
    : "neither a Dockerfile nor a program that luma knows";
  const services = companions?.services.map(({ name }) => name).join(", ");
  const more = services === undefined ? "" : `; ${companions?.file} with ${services}`;
  return [`Found ${what}${more}`];
}
