/**
 * The goals of luma-proxy's speed, and whether a run of the benchmark reached them.
 *
 * Pure. The rule: a goal that could not be measured is not reached, and says so.
 *
 * @module
 */
import {
  costOf,
  type Figure,
  median,
  medianOf,
  p99Of,
  rateOf,
  ratioOf,
  roundsOf,
} from "./compare.ts";
import type { Result } from "./results.ts";

/** A goal, and what was measured of it. */
export interface GoalVerdict {
  readonly goal: string;
  /** With its unit; none where it could not be measured. */
  readonly measured?: string;
  readonly isReached: boolean;
}

const LUMA = "luma-proxy";
const IDLE_BYTES_LIMIT = 12_000;
/** How much slower the slowest hundredth may be while it is switched. */
const SWITCH_P99_LIMIT = 1.1;

/** A goal that is a multiple of a peer's figure. */
interface RatioGoal {
  readonly goal: string;
  readonly scenario: string;
  readonly base: string;
  readonly figure: Figure;
  /** Reached between them, both included. */
  readonly atLeast?: number;
  readonly atMost?: number;
}

const SMALL = { scenario: "small", figure: costOf };

const RATIOS: readonly RatioGoal[] = [
  {
    ...SMALL,
    goal: "CPU for a GET of 100 bytes: at most 1.00 × nginx",
    base: "nginx",
    atMost: 1,
  },
  { ...SMALL, goal: "the same: at most 1.25 × nginx", base: "nginx", atMost: 1.25 },
  { ...SMALL, goal: "the same: at most 0.25 × Caddy", base: "Caddy", atMost: 0.25 },
  {
    ...SMALL,
    goal: "the same: at most 0.25 × kamal-proxy",
    base: "kamal-proxy",
    atMost: 0.25,
  },
  {
    goal: "CPU for a new connection: at most 1.50 × nginx",
    scenario: "new",
    base: "nginx",
    figure: costOf,
    atMost: 1.5,
  },
  {
    goal: "downloads of 10 MB: at least 0.80 × nginx's throughput",
    scenario: "download",
    base: "nginx",
    figure: rateOf,
    atLeast: 0.8,
  },
  {
    goal: "uploads of 10 MB: at least 0.80 × nginx's throughput",
    scenario: "upload",
    base: "nginx",
    figure: rateOf,
    atLeast: 0.8,
  },
  {
    goal: "p99 at half load: at most 1.20 × HAProxy",
    scenario: "steady",
    base: "HAProxy",
    figure: p99Of,
    atMost: 1.2,
  },
];

/** Judges every goal. */
export function judgeGoals(results: readonly Result[]): readonly GoalVerdict[] {
  return [
    ...RATIOS.map((goal) => judgeRatio(results, goal)),
    judgeIdle(results),
    judgeSwitchP99(results),
    judgeLost(results),
  ];
}

function judgeRatio(results: readonly Result[], goal: RatioGoal): GoalVerdict {
  const { scenario, base, figure, atLeast = -Infinity, atMost = Infinity } = goal;
  const ratio = ratioOf(results, { scenario, peer: LUMA, base, figure });
  return judge(goal.goal, ratio, {
    isReached: (value) => value >= atLeast && value <= atMost,
    format: (value) => `${value.toFixed(2)} ×`,
  });
}

function judgeIdle(results: readonly Result[]): GoalVerdict {
  const figure: Figure = ({ idleBytes }) => idleBytes;
  return judge(
    "memory of an idle connection: under 12 kB",
    medianOf(results, { scenario: "idle", peer: LUMA, figure }),
    {
      isReached: (bytes) => bytes < IDLE_BYTES_LIMIT,
      format: (bytes) => `${(bytes / 1000).toFixed(1)} kB`,
    },
  );
}

function judgeSwitchP99(results: readonly Result[]): GoalVerdict {
  const ratios = roundsOf(results, "switching", LUMA).flatMap(({ measurement }) => {
    const { p99Ms, unswitchedP99Ms } = measurement;
    return p99Ms === undefined || unswitchedP99Ms === undefined ? [] : [p99Ms / unswitchedP99Ms];
  });
  return judge("a switch every second: p99 changes by less than 10 %", median(ratios), {
    isReached: (ratio) => ratio < SWITCH_P99_LIMIT,
    format: (ratio) => `${ratio >= 1 ? "+" : "−"}${(Math.abs(ratio - 1) * 100).toFixed(1)} %`,
  });
}

function judgeLost(results: readonly Result[]): GoalVerdict {
  const runs = roundsOf(results, "switching", LUMA).map(({ measurement }) => measurement);
  const requests = runs.reduce((sum, { requests }) => sum + requests, 0);
  const lost = runs.reduce((sum, { lost = 0 }) => sum + lost, 0);
  return judge("a switch every second: no request is lost", runs.length > 0 ? lost : undefined, {
    isReached: (count) => count === 0,
    format: (count) => `${count} of ${requests + lost}`,
  });
}

function judge(
  goal: string,
  value: number | undefined,
  how: {
    readonly isReached: (value: number) => boolean;
    readonly format: (value: number) => string;
  },
): GoalVerdict {
  if (value === undefined) return { goal, isReached: false };
  return { goal, measured: how.format(value), isReached: how.isReached(value) };
}
