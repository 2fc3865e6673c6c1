import { writeFileSync } from "node:fs";
import { jsonSchemaPath, jsonSchemaText } from "./json-schema.ts";

writeFileSync(jsonSchemaPath, jsonSchemaText());
