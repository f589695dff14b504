/**
 * The address plan of a project's network: Docker hands out the upper half, luma the lower.
 *
 * Pure arithmetic on IPv4 addresses.
 *
 * @module
 */
import { LumaError } from "../error.ts";

/** What addresses are chosen from. */
export interface AddressChoice {
  /** `172.18.0.0/16`. */
  readonly subnet: string;
  /** The part that Docker hands out by itself; nothing of it is chosen. */
  readonly ipRange?: string | undefined;
  readonly gateway?: string | undefined;
  /** Addresses that containers have, also stopped ones. */
  readonly taken: readonly string[];
  readonly count: number;
  /** Where to begin, counted from the lowest and around; 0 unless given. */
  readonly startAt?: number;
}

/** A range of addresses as numbers, both ends included. */
interface Range {
  readonly first: number;
  readonly last: number;
}

/** The upper half of a subnet, as Docker's `--ip-range` takes it: `172.18.128.0/17`. */
export function upperHalf(subnet: string): string {
  const { first, last } = parseSubnet(subnet);
  const middle = first + (last - first + 1) / 2;
  return `${formatAddress(middle)}/${prefixOf(subnet) + 1}`;
}

/**
 * The addresses of a subnet's lower half that containers can have, in order, without the network's own
 * address and without `gateway`.
 */
export function* lowerHalf(
  network: { readonly subnet: string; readonly gateway?: string | undefined },
): Generator<string, void, undefined> {
  const { first, last } = parseSubnet(network.subnet);
  const end = first + (last - first + 1) / 2;
  const gateway = network.gateway === undefined ? first + 1 : parseAddress(network.gateway);
  for (let address = first + 1; address < end; address += 1) {
    if (address !== gateway) yield formatAddress(address);
  }
}

/**
 * Chooses free addresses, those from `startAt` on first.
 *
 * @throws {LumaError} When there are not enough.
 */
export function chooseAddresses(choice: AddressChoice): readonly string[] {
  const taken = new Set(choice.taken);
  const handedOut = choice.ipRange === undefined ? undefined : parseSubnet(choice.ipRange);
  const chosen: string[] = [];
  if (choice.count === 0) return chosen;
  const all = [...lowerHalf(choice)];
  const start = (choice.startAt ?? 0) % all.length;
  for (const address of [...all.slice(start), ...all.slice(0, start)]) {
    if (taken.has(address) || isWithin(address, handedOut)) continue;
    chosen.push(address);
    if (chosen.length === choice.count) return chosen;
  }
  throw new LumaError(
    `Cannot choose ${choice.count} addresses in ${choice.subnet}: only ${chosen.length} are free`,
    { hint: "Remove containers that are not needed any more, or use a larger network" },
  );
}

function isWithin(address: string, range: Range | undefined): boolean {
  if (range === undefined) return false;
  const number = parseAddress(address);
  return number >= range.first && number <= range.last;
}

function prefixOf(subnet: string): number {
  return Number(subnet.split("/")[1]);
}

function parseSubnet(subnet: string): Range {
  const [address = ""] = subnet.split("/");
  const prefix = prefixOf(subnet);
  // A half must hold the gateway and a container.
  if (!Number.isInteger(prefix) || prefix < 1 || prefix > 29) {
    throw new LumaError(`Cannot plan addresses in "${subnet}": not an IPv4 subnet of 8 or more`, {
      hint: "Remove the network and let luma create it again: luma setup",
    });
  }
  const size = 2 ** (32 - prefix);
  const first = Math.floor(parseAddress(address) / size) * size;
  return { first, last: first + size - 1 };
}

function parseAddress(address: string): number {
  const parts = address.split(".").map(Number);
  if (
    parts.length !== 4 || parts.some((part) => !(Number.isInteger(part) && part >= 0 && part < 256))
  ) {
    throw new LumaError(`Cannot plan addresses: "${address}" is no IPv4 address`);
  }
  return parts.reduce((number, part) => number * 256 + part, 0);
}

function formatAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}
