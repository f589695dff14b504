/**
 * What stands in the way of a deployment, or of a setup.
 *
 * The rule: an obstacle is found before anything is changed, and told with what to do about it.
 *
 * @module
 */

/** Why a deployment cannot be begun. */
export interface Obstacle {
  readonly message: string;
  readonly hint: string;
}
