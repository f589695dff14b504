/**
 * Says why a login at a registry failed.
 *
 * The rule: a wrong password, a registry that is not there and a server that is itself in trouble are told
 * apart, for their cures differ.
 *
 * @module
 */
import {
  DockerError,
  type DockerFailure,
  explainDockerFailure,
  trimDockerWords,
} from "./docker_error.ts";
import type { RegistryLogin } from "./types.ts";

/** A login that failed, and docker's words, without the password. */
export interface LoginFailureFacts {
  readonly server: string;
  readonly login: RegistryLogin;
  readonly words: string;
}

/** The login of luma.yml failed: nothing else is tried then. */
export class LoginError extends DockerError {
  override readonly name = "LoginError";
}

/** What is the server's own trouble, whatever the registry would have said. */
const OWN_TROUBLE: readonly DockerFailure[] = [
  "disk-full",
  "docker-missing",
  "daemon-down",
  "permission",
];

/** Makes the error of a login that failed. */
export function explainLoginFailure({ server, login, words }: LoginFailureFacts): LoginError {
  const { registry, username, passwordName } = login;
  const action = `log in at ${registry} as ${username}`;
  const general = explainDockerFailure({ server, action, words });
  // First: docker calls it "Error saving credentials", where a full disk cannot take them.
  if (OWN_TROUBLE.includes(general.kind)) {
    const { kind, message, hint } = general;
    return new LoginError(kind, message, hint === undefined ? {} : { hint });
  }
  const kind = isRefusal(words) ? "login-denied" : general.kind;
  return new LoginError(kind, `Cannot ${action} on ${server}: ${trimDockerWords(words)}`, {
    hint: kind === "login-denied"
      ? `Check registry.username (or docker.username) in luma.yml, and the secret ${passwordName} ` +
        "in .luma/secrets: many registries want a token there, not the password of the website"
      : `Check registry.url (or docker.registry) in luma.yml, and that ${server} reaches ${registry}`,
  });
}

/** Words of registries and of docker: wrong user, password or token; or none that could be read. */
function isRefusal(words: string): boolean {
  return /unauthorized|incorrect username or password|denied|forbidden|\b40[13]\b|credentials/i
    .test(words);
}
