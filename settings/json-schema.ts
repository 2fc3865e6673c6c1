import { z } from "zod";
import { stackFile } from "./schema.ts";

/** Where the stack files' first line points to. */
export const jsonSchemaPath = new URL("./stack.schema.json", import.meta.url);

/** The JSON schema (2020-12) of a stack file as text, for editors; rules across keys and files are the program's. */
export function jsonSchemaText(): string {
  const schema = z.toJSONSchema(stackFile, { io: "input" });
  return `${JSON.stringify(schema, null, 2)}\n`;
}
