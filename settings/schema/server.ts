import { z } from "zod";
import { fault } from "./fault.ts";
import { distinct, formed, modeFault, section } from "./forms.ts";

const modes = ["none", "create", "adopt"] as const;

const locationForm = /^[a-z]{3}\d?$/;

const explainLocation = (value: string): string | undefined => {
  const location = /^([a-z]{3}\d?)-dc\d+$/.exec(value)?.[1];
  return location && fault("a datacenter, not a location", `write ${location}`);
};

const keyForm =
  /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com) [A-Za-z0-9+/]+={0,2}( .*)?$/;

const keyWhat = "a public key as in authorized_keys: ssh-ed25519 AAAA… name";

/** The name before the key must be the one inside it; a key cut short in copying fails here, not on the VPS. */
function isWhole(key: string): boolean {
  const [type = "", body = ""] = key.split(" ");
  const bytes = Buffer.from(body, "base64");
  const length = bytes.length > 4 ? bytes.readUInt32BE(0) : 0;
  return bytes.subarray(4, 4 + length).toString() === type && bytes.length > 4 + length + 4;
}

const sshKey = formed(keyWhat, keyForm, "not a public key").refine(
  (value) => !keyForm.test(value) || isWhole(value),
  { error: fault("a damaged public key", `write ${keyWhat}`) },
);

const shape = {
  type: formed("Hetzner's name of the server type, e.g. cpx21", /^[a-z]{2,4}\d{2,3}$/, "not a server type"),
  location: formed(
    "Hetzner's name of the location, e.g. hil (Hillsboro) or fsn1 (Falkenstein)",
    locationForm,
    "not a location",
    explainLocation,
  ),
  sshKeys: distinct("at least one public key that may log in as root", sshKey, 1),
};

const anImage = /^[a-z]+-[\d.]+$/;

/** The VPS installs Docker with the package docker.io at its first boot (plan/cloud-init.ts). */
const imageToCreate = formed(
  "Hetzner's name of an image of Debian or Ubuntu, e.g. debian-13 or ubuntu-24.04",
  /^(debian|ubuntu)-[\d.]+$/,
  "not an image",
  (value) =>
    anImage.test(value)
      ? fault(
          "a system without the package docker.io, which the VPS is set up with",
          "write Debian or Ubuntu, e.g. debian-13 or ubuntu-24.04",
        )
      : undefined,
).default("debian-13");

/** For the record: a VPS that exists keeps the system it has. */
const imageFound = formed("Hetzner's name of the image it was made from", anImage, "not an image").default(
  "debian-13",
);

const serverId = z
  .union([z.int().positive(), z.string().regex(/^[1-9]\d*$/)], {
    error: ({ input }) => {
      const remedy = "the number of the server that exists, as `hcloud server list` shows it";
      return input === undefined
        ? fault("missing", `add ${remedy}`)
        : fault("not a server id", `write ${remedy}`);
    },
  })
  .transform(String)
  .describe("Number of the server that exists");

export const server = z
  .discriminatedUnion(
    "mode",
    [
      section("no VPS: the hub is a machine that is there", { mode: z.literal("none") }),
      section("a VPS to create", { mode: z.literal("create"), ...shape, image: imageToCreate }),
      section("a VPS that exists", { mode: z.literal("adopt"), id: serverId, ...shape, image: imageFound }),
    ],
    { error: ({ input }) => modeFault(input, modes) },
  )
  .describe("The hub's machine: {mode: none}, or a VPS at Hetzner to create or adopt");
