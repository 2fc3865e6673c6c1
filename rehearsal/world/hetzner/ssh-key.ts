import { createHash } from "node:crypto";
import { ProviderError } from "../../provider/provider.ts";
import type { ResourceKind } from "../kit/cloud.ts";
import { sameMap, text, textMap } from "../kit/values.ts";
import type { Workings } from "../workings.ts";
import { refuseTwin } from "./names.ts";

export function sshKeyKind({ state, mint }: Workings): ResourceKind {
  const { sshKeys } = state.hetzner;
  return {
    schema: {
      inputs: {
        name: { computed: true },
        publicKey: { required: true, replaces: true },
        labels: { same: sameMap },
      },
      outputs: ["fingerprint"],
    },
    create({ urn, name, inputs }) {
      const wanted = text(inputs["name"]) || name;
      const publicKey = text(inputs["publicKey"]).trim();
      if (!/^(ssh-|ecdsa-|sk-)\S+ \S+/.test(publicKey)) {
        throw new ProviderError(
          `invalid input in field 'public_key' (invalid_input): "${publicKey.slice(0, 20)}…" is no SSH public key`,
        );
      }
      refuseTwin(sshKeys, "SSH key", wanted);
      mint.begin(urn);
      const id = mint.digits(urn, "id", 8);
      const blob = Buffer.from(publicKey.split(" ")[1] ?? "", "base64");
      const fingerprint = createHash("md5")
        .update(blob)
        .digest("hex")
        .replaceAll(/(..)(?=.)/g, "$1:");
      sshKeys[id] = { id, name: wanted, publicKey, fingerprint, labels: textMap(inputs["labels"]) };
      return { id, outputs: { name: wanted, fingerprint } };
    },
    read({ id }) {
      const key = sshKeys[id];
      return (
        key && {
          outputs: {
            name: key.name,
            fingerprint: key.fingerprint,
            publicKey: key.publicKey,
            labels: key.labels,
          },
        }
      );
    },
    update({ id, news }) {
      const key = sshKeys[id];
      if (!key) throw new ProviderError(`SSH key ${id} not found (not_found)`);
      key.name = text(news["name"]) || key.name;
      key.labels = textMap(news["labels"]);
      return { outputs: {} };
    },
    delete({ id }) {
      delete sshKeys[id];
    },
  };
}
