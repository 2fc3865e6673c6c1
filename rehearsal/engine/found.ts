/** A Pulumi engine that can be used. */
export interface FoundEngine {
  /** "3.259.0" */
  version: string;
  source: "path" | "cache" | "npm" | "go";
  /** Absolute path of the `pulumi` executable. */
  command: string;
}
