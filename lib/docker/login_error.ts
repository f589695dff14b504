/**
 * Says why a registry did not take a login.
 *
 * The rule: a wrong password and a registry that is not there are told apart, for their cures differ.
 *
 * @module
 */
import { classifyDockerFailure, DockerError, trimDockerWords } from "./docker_error.ts";
import type { RegistryLogin } from "./types.ts";

/** A login that failed, and docker's words, without the password. */
export interface LoginFailureFacts {
  readonly server: string;
  readonly login: RegistryLogin;
  readonly words: string;
}

/** A registry did not take the login of luma.yml: nothing else is tried then. */
export class LoginError extends DockerError {
  override readonly name = "LoginError";
}

/** Makes the error of a login that failed. */
export function explainLoginFailure({ server, login, words }: LoginFailureFacts): LoginError {
  const { registry, username, passwordName } = login;
  const kind = isRefusal(words) ? "login-denied" : classifyDockerFailure(words);
  const what = `Cannot log in at ${registry} as ${username} on ${server}`;
  return new LoginError(kind, `${what}: ${trimDockerWords(words)}`, {
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
