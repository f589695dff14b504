import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import process from "node:process";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { dirname } from "node:path";
import { startDeploy, untilStep, waitUntilGone } from "./crash_run.ts";
import { type CrashSite, observeBlog, requireAtRest, withCrashSite } from "./crash_site.ts";
import { visit } from "./visit.ts";

