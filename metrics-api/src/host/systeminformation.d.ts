// The package describes its whole only. Importing the whole costs 2 MB of memory, this part of it 0.5 MB.
declare module "systeminformation/lib/memory.js" {
  import type { Systeminformation } from "systeminformation";
  export function mem(): Promise<Systeminformation.MemData>;
}
