// Run as a program of its own by chromium.ts: the package unpacks into the process's temporary folder (TMPDIR).
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import sparticuz, { inflate } from "@sparticuz/chromium";

await sparticuz.executablePath();
// The system libraries that Chromium wants (NSS, NSPR, expat): packed with it for machines that have none.
const build = dirname(fileURLToPath(import.meta.resolve("@sparticuz/chromium")));
await inflate(join(build, "..", "bin", "al2023.tar.br"));
