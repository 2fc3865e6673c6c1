import { secret, text } from "../../catalogue/text.ts";
import { patience, shellIn } from "./runners.ts";
import { shellScript } from "./script.ts";
import type { StepBuilder } from "./step.ts";

export const postgresPassword: StepBuilder = ({ container }) => ({
  start: shellIn(container.name),
  input: shellScript("postgres-password.sh", {
    user: container.environment["POSTGRES_USER"] ?? "postgres",
    database: container.environment["POSTGRES_DB"] ?? "postgres",
    password: text`${secret("postgres.password")}`,
    ...patience,
  }),
});
