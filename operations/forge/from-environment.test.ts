import { expect, test } from "vitest";
import { forgeFromEnvironment } from "./from-environment.ts";

test("outside of a job the missing variable is named", () => {
  expect(() => forgeFromEnvironment({ GITHUB_API_URL: "https://api.github.com" })).toThrow(
    "GITHUB_REPOSITORY is not set; this command runs in a job of .github/workflows or .forgejo/workflows",
  );
});
