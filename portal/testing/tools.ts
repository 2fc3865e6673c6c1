import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** nginx stands in sbin, which an ordinary user's PATH does not name. */
const FOLDERS = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];

/** Where nginx is, or undefined. */
export const nginxPath = FOLDERS.map((folder) => join(folder, "nginx")).find(isExecutable);

/**
 * Whether tests that need nginx are left out. With KITESTACKS_REQUIRE_TOOLS=1 they never are: they then fail at its
 * start, so that a continuous check cannot pass for lack of a tool.
 */
export const withoutNginx = nginxPath === undefined && process.env["KITESTACKS_REQUIRE_TOOLS"] !== "1";

/** Belongs into the name of every test that `withoutNginx` leaves out. */
export const nginxRemedy = withoutNginx ? " (skipped: nginx is missing; apt-get install nginx-light)" : "";

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
