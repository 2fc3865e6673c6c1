import type { Plan } from "../../plan/plan.ts";
import type { StackAccess } from "./stack-access.ts";

type Hub = Pick<StackAccess, "name" | "outputs">;

/** The hub's tailnet address as its own stack put it out. @throws Error before the hub was brought up */
export async function hubAddressOf(hub: Hub): Promise<string> {
  const address = await addressPutOut(hub);
  if (address !== undefined) return address;
  throw new Error(`${hub.name} has no address yet. Bring it up first: pulumi up --stack ${hub.name}`);
}

/** The hub's tailnet address: the settings', or what its stack put out; "" before a new machine's first `up`. */
export async function hubAddressIfKnown({ hub }: Plan, stack: Hub): Promise<string> {
  return typeof hub.address === "string" ? hub.address : ((await addressPutOut(stack)) ?? "");
}

async function addressPutOut(hub: Hub): Promise<string | undefined> {
  const { shared } = await hub.outputs();
  const address: unknown = (shared?.value as { readonly address?: unknown } | undefined)?.address;
  return typeof address === "string" ? address : undefined;
}
