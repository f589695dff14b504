/**
 * The labels of luma's containers: birth facts, for they cannot change later.
 *
 * The rule: names are for people, labels are for luma.
 *
 * @module
 */

/** Label names, by what they hold. */
export const LABELS = {
  project: "luma.project",
  app: "luma.app",
  /** The name of a service; its container has neither `luma.app` nor a color. */
  service: "luma.service",
  color: "luma.color",
  replica: "luma.replica",
  deployment: "luma.deployment",
  /** The image reference as luma.yml had it. */
  image: "luma.image",
  configHash: "luma.config-hash",
  /** `proxy` or `proxy-net`, on the two containers of luma-proxy. */
  role: "luma.role",
  /** What luma-proxy was started with beside its defaults, as flags. */
  proxySettings: "luma.proxy-settings",
} as const;
