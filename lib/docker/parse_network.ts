/**
 * Reads networks from `docker network inspect`.
 *
 * Pure: Docker's JSON in, values out. Fields that an engine leaves out have their empty value.
 *
 * @module
 */
import {
  readList,
  readObject,
  readOptionalString,
  readString,
  readStringRecord,
} from "./read_json.ts";
import type { Network } from "./types.ts";

/** Reads the list that `docker network inspect` prints; empty text is an empty list. */
export function parseNetworks(json: string): readonly Network[] {
  if (json.trim() === "") return [];
  return readList(JSON.parse(json)).map(parseNetwork);
}

function parseNetwork(value: unknown): Network {
  const item = readObject(value);
  const configs = readList(readObject(item["IPAM"])["Config"]).map(readObject);
  const ipv4 = configs.find((config) => readString(config["Subnet"]).includes(".")) ?? {};
  const subnet = readOptionalString(ipv4["Subnet"]);
  const ipRange = readOptionalString(ipv4["IPRange"]);
  const gateway = readOptionalString(ipv4["Gateway"]);
  return {
    id: readString(item["Id"]),
    name: readString(item["Name"]),
    driver: readString(item["Driver"]),
    labels: readStringRecord(item["Labels"]),
    ...(subnet === undefined ? {} : { subnet }),
    ...(ipRange === undefined ? {} : { ipRange }),
    // Some engines write the gateway with the subnet's prefix length.
    ...(gateway === undefined ? {} : { gateway: withoutPrefix(gateway) }),
    attached: Object.entries(readObject(item["Containers"])).map(([id, entry]) => {
      const container = readObject(entry);
      return {
        id,
        name: readString(container["Name"]),
        address: withoutPrefix(readString(container["IPv4Address"])),
      };
    }),
  };
}

function withoutPrefix(address: string): string {
  return address.replace(/\/.*$/, "");
}
