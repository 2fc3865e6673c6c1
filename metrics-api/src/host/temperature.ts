import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Drivers that measure the processor itself, best first. A board's "acpitz" is left out: it often reads a constant. */
const processorChips = ["coretemp", "k10temp", "zenpower", "cpu_thermal", "soc_thermal"];
/**
 * Labels of the whole chip, best first. AMD's Tctl is what the fan goes by: on some processors 10, 20 or 27 degrees are added
 * to the true Tdie, which the driver then gives as well (Linux, drivers/hwmon/k10temp.c, `tctl_offset_table`).
 */
const wholeChip = [/^Package id \d+$/, /^Tdie$/, /^Tctl$/];
const processorZone = /^(x86_pkg_temp|cpu|soc)/;

/**
 * The processor's temperature in °C out of `/sys`, or null where there is no sensor (most virtual machines).
 * systeminformation knows the same files but starts three shells to read them.
 */
export function readTemperature(sys: string): number | null {
  return fromHwmon(join(sys, "class/hwmon")) ?? fromThermalZone(join(sys, "class/thermal"));
}

function fromHwmon(folder: string): number | null {
  const chips = list(folder).map((name) => ({
    path: join(folder, name),
    rank: rankOf(read(join(folder, name, "name"))),
  }));
  const best = Math.min(...chips.filter(({ rank }) => rank >= 0).map(({ rank }) => rank));
  // A board with two processors has two chips of one kind.
  return hottest(chips.filter(({ rank }) => rank === best).flatMap(({ path }) => sensorsOf(path)));
}

/** The sensor of the whole chip, or all it has. */
function sensorsOf(chip: string): string[] {
  const inputs = list(chip).filter((file) => /^temp\d+_input$/.test(file));
  const labelOf = (file: string) => read(join(chip, file.replace("_input", "_label"))) ?? "";
  const whole = wholeChip
    .map((label) => inputs.filter((file) => label.test(labelOf(file))))
    .find((found) => found.length > 0);
  return (whole ?? inputs).map((file) => join(chip, file));
}

function fromThermalZone(folder: string): number | null {
  const zones = list(folder).filter((name) => processorZone.test(read(join(folder, name, "type")) ?? ""));
  return hottest(zones.map((zone) => join(folder, zone, "temp")));
}

function rankOf(chip: string | undefined): number {
  return processorChips.indexOf(chip ?? "");
}

/** The files hold thousandths of a degree; a sensor that is switched off cannot be read or says 0. */
function hottest(files: string[]): number | null {
  const values = files
    .map((file) => Number(read(file) ?? Number.NaN) / 1000)
    .filter((value) => value > 0 && value < 200);
  return values.length === 0 ? null : Math.round(Math.max(...values) * 10) / 10;
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return undefined;
  }
}
