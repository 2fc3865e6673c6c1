// The portal's figures beside what they must be. `--pictures` makes the README's pictures and the icons instead.
import { availableParallelism, loadavg } from "node:os";
import Table from "cli-table3";
import { freePort } from "../../rehearsal/serve/free-port.ts";
import { openBrowser } from "../testing/browser.ts";
import { measureLighthouse, measurePaint, measureShell } from "./measure.ts";
import { makePictures } from "./pictures.ts";
import { startExample } from "./server.ts";

const VISITS = 15;
const KIB = 1024;

type Row = { what: string; measured: string; target: string; reached: boolean; note?: string };

async function measure(): Promise<{ rows: Row[]; server: string }> {
  const debuggingPort = await freePort();
  const browser = await openBrowser([`--remote-debugging-port=${debuggingPort}`]);
  const { url, server, close } = await startExample();
  try {
    const shell = await measureShell(browser, url);
    const paint = await measurePaint(browser, url, VISITS);
    const scores = await measureLighthouse(url, debuggingPort);
    const median = paint.firstContentfulMs[Math.floor(VISITS / 2)] ?? Number.NaN;
    const worst = paint.firstContentfulMs.at(-1) ?? Number.NaN;
    const rows: Row[] = [
      row(
        "shell of the first visit, gzip",
        `${(shell.gzipBytes / KIB).toFixed(1)} KiB`,
        "≤ 50 KiB",
        shell.gzipBytes <= 50 * KIB,
      ),
      row("the same, uncompressed", `${(shell.bytes / KIB).toFixed(1)} KiB`, "–", true),
      row("its requests", String(shell.requests), "≤ 12", shell.requests <= 12),
      row("first contentful paint, median", `${median.toFixed(0)} ms`, "≤ 300 ms", median <= 300),
      row("first contentful paint, worst", `${worst.toFixed(0)} ms`, "–", true),
      row("layout shift, all visits together", String(paint.layoutShift), "0", paint.layoutShift === 0),
      ...scores.map(({ category, score, lost }) => ({
        ...row(`Lighthouse: ${category}`, String(score), "≥ 98", score >= 98),
        note: lost.join("; "),
      })),
    ];
    return { rows, server };
  } finally {
    await browser.close();
    await close();
  }
}

function row(what: string, measured: string, target: string, reached: boolean): Row {
  return { what, measured, target, reached };
}

function print(rows: readonly Row[], server: string): void {
  const table = new Table({ head: ["portal", "measured", "target", ""], style: { head: [], border: [] } });
  for (const { what, measured, target, reached, note } of rows) {
    table.push([what, measured, target, reached ? "" : `missed${note ? ` (${note})` : ""}`]);
  }
  // A paint time says little without it: other work on the machine is the largest part of the difference.
  const load = `load ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores`;
  process.stdout.write(
    `${table.toString()}\nServed by ${server}; example data; ${VISITS} visits with an empty cache; ${load}.\n`,
  );
}

if (process.argv.includes("--pictures")) {
  const browser = await openBrowser();
  for (const file of await makePictures(browser)) process.stdout.write(`${file}\n`);
  await browser.close();
} else {
  const { rows, server } = await measure();
  print(rows, server);
  process.exitCode = rows.every(({ reached }) => reached) ? 0 : 2;
}
