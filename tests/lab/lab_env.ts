/**
 * What an integration test knows of the lab that `tests/run` started for it.
 *
 * The rule: tests read the environment through this module alone.
 *
 * @module
 */

/** A server of the lab, as a test sees it. */
export interface LabEnv {
  /** `unix://…`: the server's Docker, from this machine. */
  readonly dockerHost: string;
  /** The server's own address: its SSH, and the ports that its containers publish. */
  readonly serverAddress: string;
  /** The name that `sshConfigFile` knows the server by. */
  readonly serverName: string;
  /** For `ssh -F`. */
  readonly sshConfigFile: string;
  /** What leads a command into the server's own files and network, without SSH. */
  readonly enter: readonly string[];
  /** The example app's image without tag: `:v1`, `:v2`, `:v3` (broken), `:v4` (fails later). */
  readonly blogImage: string;
}

/** Names of the variables, by what they hold. */
export const LAB_VARIABLES = {
  dockerHost: "LUMA_TEST_DOCKER_HOST",
  serverAddress: "LUMA_TEST_SERVER_ADDRESS",
  serverName: "LUMA_TEST_SERVER_NAME",
  sshConfigFile: "LUMA_TEST_SSH_CONFIG",
  enter: "LUMA_TEST_ENTER",
  blogImage: "LUMA_TEST_BLOG_IMAGE",
} as const satisfies Readonly<Record<keyof LabEnv, string>>;

/**
 * Reads where the lab is.
 *
 * @throws When a test runs without a lab.
 */
export function readLabEnv(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): LabEnv {
  const read = (name: string): string => {
    const value = environment[name];
    if (value) return value;
    throw new Error(`Cannot find the lab: ${name} is not set. Run: tests/run integration`);
  };
  return {
    dockerHost: read(LAB_VARIABLES.dockerHost),
    serverAddress: read(LAB_VARIABLES.serverAddress),
    serverName: read(LAB_VARIABLES.serverName),
    sshConfigFile: read(LAB_VARIABLES.sshConfigFile),
    enter: read(LAB_VARIABLES.enter).split(" "),
    blogImage: read(LAB_VARIABLES.blogImage),
  };
}

/** The lines that set the variables, for a shell. */
export function formatLabEnv(env: LabEnv): string {
  const values: Readonly<Record<keyof LabEnv, string>> = { ...env, enter: env.enter.join(" ") };
  const names = Object.keys(LAB_VARIABLES) as readonly (keyof LabEnv)[];
  return names.map((name) => `export ${LAB_VARIABLES[name]}='${values[name]}'\n`).join("");
}
