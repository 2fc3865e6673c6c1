import { cpus, loadavg } from "node:os";
import { bundledProgram, type Contender, fastApiService, imageOptions, ours } from "./contenders.ts";
import { type BenchOptions, readOptions, UsageError } from "./options.ts";
import { preparePython } from "./python.ts";
import { figuresTable, targetsTable, v8Table } from "./tables.ts";
import { checkTargets, type Figures, medianTurn } from "./targets.ts";
import { idleCpuSeconds, type Turn, takeTurn } from "./turn.ts";

/** V8 and libuv settings that could trade speed for memory. */
const v8Candidates = [
  [],
  ["--max-semi-space-size=1"],
  ["--max-semi-space-size=2"],
  ["--max-semi-space-size=4"],
  ["--optimize-for-size"],
  ["--max-semi-space-size=1", "--optimize-for-size"],
  ["--max-semi-space-size=1", "--single-threaded-gc"],
  ["--max-semi-space-size=1", "--max-old-space-size=48"],
  ["--lite-mode"],
  ["--jitless"],
];

const exitCodes = { fine: 0, failure: 1, finding: 2, usage: 64 };

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2));
    const [cpu] = cpus();
    console.log(`Machine: ${cpus().length} cores (${cpu?.model ?? "unknown"}), Node ${process.version}`);
    console.log(
      `Other work before the start: load ${loadavg()[0]?.toFixed(1)}. Above 0.5 it takes part in the figures.`,
    );
    bundledProgram();
    return options.v8 ? await compareV8Options(options) : await compareServices(options);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failure;
  }
}

async function compareServices({ rounds, seconds, idle }: BenchOptions) {
  const python = preparePython();
  const contenders = [
    ours("ours"),
    fastApiService("FastAPI, plain", python, "plain"),
    fastApiService("FastAPI, sharing", python, "sharing"),
  ];
  const [our, plain, sharing] = await measure(contenders, rounds, seconds, idle);
  if (our === undefined || plain === undefined || sharing === undefined)
    throw new Error("A contender has no figures.");
  console.log(`Ours runs as in the image: node ${imageOptions().join(" ")}`);
  console.log(figuresTable([our, plain, sharing], idle));
  const targets = checkTargets(our, plain, sharing);
  console.log(targetsTable(targets));
  return targets.every(({ pass }) => pass) ? exitCodes.fine : exitCodes.finding;
}

async function compareV8Options({ rounds, seconds, idle }: BenchOptions) {
  const contenders = v8Candidates.map((words) => ours(words.join(" ") || "no options", words));
  console.log(v8Table(await measure(contenders, rounds, seconds, idle)));
  return exitCodes.fine;
}

/** The contenders take turns, so that whatever else the machine does meanwhile meets all of them. */
async function measure(
  contenders: Contender[],
  rounds: number,
  seconds: number,
  idle: number,
): Promise<Figures[]> {
  const turns = contenders.map((): Turn[] => []);
  for (let round = 1; round <= rounds; round += 1) {
    for (const [index, contender] of contenders.entries()) {
      const turn = await takeTurn(contender, seconds);
      turns[index]?.push(turn);
      console.error(`round ${round}: ${contender.name}: ${turn.requestsPerSecond.toFixed(0)} requests/s`);
    }
  }
  console.error(`idle for ${idle} s …`);
  const idleCpu = await idleCpuSeconds(contenders, idle);
  return contenders.map(({ name }, index) => ({
    name,
    ...medianTurn(turns[index] ?? []),
    idleCpuSeconds: idleCpu[index] ?? Number.NaN,
  }));
}
