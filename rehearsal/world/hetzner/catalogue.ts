import type { HetznerState } from "../state.ts";

const EUROPE = ["fsn1", "nbg1", "hel1"];
const UNITED_STATES = ["ash", "hil"];

/** What can be ordered: Hetzner's public list of shared server types and locations (x86), as far as a homelab needs it. */
export const SERVER_TYPES: HetznerState["serverTypes"] = {
  cx22: type(104, 2, 4, 40, EUROPE),
  cx32: type(105, 4, 8, 80, EUROPE),
  cx42: type(106, 8, 16, 160, EUROPE),
  cpx11: type(22, 2, 2, 40, [...EUROPE, ...UNITED_STATES]),
  cpx21: type(23, 3, 4, 80, [...EUROPE, ...UNITED_STATES, "sin"]),
  cpx31: type(24, 4, 8, 160, [...EUROPE, ...UNITED_STATES, "sin"]),
  cpx41: type(25, 8, 16, 240, [...EUROPE, ...UNITED_STATES, "sin"]),
  cpx51: type(26, 16, 32, 360, [...EUROPE, ...UNITED_STATES, "sin"]),
};

export const LOCATIONS: HetznerState["locations"] = {
  fsn1: { id: 1, networkZone: "eu-central" },
  nbg1: { id: 2, networkZone: "eu-central" },
  hel1: { id: 3, networkZone: "eu-central" },
  ash: { id: 4, networkZone: "us-east" },
  hil: { id: 5, networkZone: "us-west" },
  sin: { id: 6, networkZone: "ap-southeast" },
};

export const IMAGES = ["debian-12", "debian-13", "ubuntu-22.04", "ubuntu-24.04", "ubuntu-26.04"];

function type(id: number, cores: number, memoryGB: number, diskGB: number, locations: string[]) {
  return { id, cores, memoryGB, diskGB, locations, architecture: "x86", cpuType: "shared" };
}
