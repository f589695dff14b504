/**
 * All cases of strictness.
 *
 * Pure data.
 *
 * @module
 */
import { LIMIT_BYTES, LIMITED_BODIES } from "./limited_bodies.ts";
import { PASSED_EXCHANGES } from "./passed_exchanges.ts";
import { PASSED_MESSAGES } from "./passed_messages.ts";
import { ENDED_ANSWERS, REFUSED_ANSWERS } from "./refused_answers.ts";
import { REFUSED_ANSWER_BODIES, REFUSED_REQUEST_BODIES } from "./refused_bodies.ts";
import { REFUSED_REQUESTS } from "./refused_requests.ts";
import type { StrictnessCase } from "./strictness_case.ts";

/** Cases of one kind, under the heading that the documents give them. */
export interface StrictnessGroup {
  readonly title: string;
  readonly cases: readonly StrictnessCase[];
}

/** The groups, in the order in which they are told. */
export const STRICTNESS_GROUPS: readonly StrictnessGroup[] = [
  { title: "Heads of requests", cases: REFUSED_REQUESTS },
  { title: "Bodies of requests", cases: REFUSED_REQUEST_BODIES },
  { title: `Bodies of requests where an app takes ${LIMIT_BYTES} octets`, cases: LIMITED_BODIES },
  { title: "Heads of answers", cases: REFUSED_ANSWERS },
  { title: "Bodies of answers", cases: REFUSED_ANSWER_BODIES },
  { title: "Answers that the upstream's FIN ends too early", cases: ENDED_ANSWERS },
  { title: "What looks odd and is passed on", cases: PASSED_MESSAGES },
  { title: "Exchanges that are passed on", cases: PASSED_EXCHANGES },
];
