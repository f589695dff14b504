/**
 * Finds what carries out an operation of the API.
 *
 * The rule: a request is read before anything happens; what is not read is not carried out.
 *
 * @module
 */
import type { Operation, Operations } from "../api.ts";
import {
  confirmOperation,
  deployOperation,
  removeOperation,
  switchBackOperation,
  switchOperation,
} from "./change_operations.ts";
import type { Control } from "./control.ts";
import { drainOperation } from "./drain_operation.ts";
import { failure, OperationError } from "./failure.ts";
import { ShapeError } from "./json_shape.ts";
import {
  checkOperation,
  listOperation,
  statusOperation,
  watchOperation,
} from "./observe_operations.ts";
import { REQUEST_PARSERS } from "./parse_request.ts";
import type { ResolveTarget } from "./resolve_target.ts";

/** What operations act on. */
export interface OperationContext {
  readonly control: Control;
  readonly pid: number;
  readonly resolve: ResolveTarget;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
}

/** Carries out an operation; its lines come as they happen. */
export async function* runOperation<O extends Operation>(
  operation: O,
  request: unknown,
  context: OperationContext,
): AsyncGenerator<Operations[O]["line"]> {
  const parsed = parseRequest(operation, request);
  const lines = RUNNERS[operation](parsed, context);
  if (Symbol.asyncIterator in lines) yield* lines;
  else yield await lines;
}

type Runner<O extends Operation> = (
  request: Operations[O]["request"],
  context: OperationContext,
) => AsyncGenerator<Operations[O]["line"]> | Promise<Operations[O]["line"]>;

const RUNNERS: { readonly [O in Operation]: Runner<O> } = {
  status: (_, { control, pid }) => statusOperation(control, pid),
  list: async (_, { control }) => listOperation(control),
  check: (request, { control, signal }) => checkOperation(control, request, signal),
  switch: (request, { control }) => switchOperation(control, request),
  watch: (request, { control, signal }) => watchOperation(control, request, signal),
  confirm: (request, { control }) => confirmOperation(control, request),
  "switch-back": (request, { control }) => switchBackOperation(control, request),
  drain: (request, { control, signal }) => drainOperation(control, request, signal),
  deploy: (request, { control, resolve }) => deployOperation(control, request, resolve),
  remove: (request, { control }) => removeOperation(control, request),
};

function parseRequest<O extends Operation>(
  operation: O,
  request: unknown,
): Operations[O]["request"] {
  try {
    return REQUEST_PARSERS[operation](request);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new OperationError(failure("bad request", `Cannot ${operation}: ${error.message}`));
  }
}
