import {
  addressNumber,
  addressText,
  type Block,
  blockOf,
  blockText,
  dockerDefaultBlock,
  holds,
  isInside,
  overlap,
  privateBlocks,
  tailnetBlock,
} from "../addresses.ts";
import type { NetworkSettings } from "../settings.ts";
import { fault } from "./fault.ts";
import { complain, section, text } from "./forms.ts";

const example = "172.30.0.0/24";

/** A /26 still has room for the two dozen containers of a full host and those that replace them. */
const prefixes = { widest: 16, narrowest: 26 };

function subnetFault(value: string): string | undefined {
  const block = blockOf(value);
  if (block === undefined) return fault("not an IPv4 subnet", `write one like ${example}`);
  if (overlap(block, tailnetBlock))
    return fault(
      `overlaps the tailnet's ${blockText(tailnetBlock)}`,
      `write a private subnet like ${example}`,
    );
  if (!privateBlocks.some((outer) => isInside(block, outer)))
    return fault("not a private subnet (RFC 1918)", `write one like ${example}`);
  if (overlap(block, dockerDefaultBlock))
    return fault(
      `overlaps Docker's own bridge ${blockText(dockerDefaultBlock)}`,
      `write another one, like ${example}`,
    );
  if (block.prefix < prefixes.widest || block.prefix > prefixes.narrowest)
    return fault(`not between /${prefixes.widest} and /${prefixes.narrowest}`, `write one like ${example}`);
  return blockText(block) === value
    ? undefined
    : fault("not the first address of its subnet", `write ${blockText(block)}`);
}

function gatewayFault(value: string, subnet: string): string | undefined {
  const address = addressNumber(value);
  const block = blockOf(subnet);
  if (block === undefined) return undefined;
  const first = addressText(block.first + 1);
  if (address === undefined) return fault("not an IPv4 address", `write ${first}`);
  if (!holds(block, address)) return fault(`outside the subnet ${subnet}`, `write ${first}`);
  return isUsable(block, address)
    ? undefined
    : fault("the subnet's own or its broadcast address", `write ${first}`);
}

const isUsable = (block: Block, address: number): boolean =>
  address > block.first && address < block.first + block.size - 1;

export const network = section("the Docker network of every host", {
  subnet: text("the private subnet of the Docker bridge, the same on every host")
    .superRefine((value, context) => complain(context, subnetFault(value)))
    .default(example),
  gateway: text("the bridge's own address")
    .optional()
    .describe("The bridge's own address; left out: the first of the subnet"),
})
  .superRefine(({ subnet, gateway }, context) => {
    if (gateway !== undefined) complain(context, gatewayFault(gateway, subnet), ["gateway"]);
  })
  .transform(({ subnet, gateway }): NetworkSettings => {
    const block = blockOf(subnet);
    return { subnet, gateway: gateway ?? (block === undefined ? "" : addressText(block.first + 1)) };
  });
