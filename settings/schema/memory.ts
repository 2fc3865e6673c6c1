import { z } from "zod";
import { fault } from "./fault.ts";

const units: Readonly<Record<string, number>> = { k: 1 / 1024, m: 1, g: 1024, t: 1024 * 1024 };

/** `16GB`, `16 GiB`, `3.7g`: the number of MiB that was meant. RAM sold as GB is GiB. */
function mebibytes(text: string): number | undefined {
  const [, amount = "", unit = "m"] = /^\s*(\d+(?:[.,]\d+)?)\s*([kmgt])?(?:i?b)?\s*$/i.exec(text) ?? [];
  const factor = units[unit.toLowerCase()];
  return amount === "" || factor === undefined
    ? undefined
    : Math.round(Number(amount.replace(",", ".")) * factor);
}

/** A whole number of MiB. A text with a unit is refused with the number it stands for. */
export function memory(what: string, range: { readonly min: number; readonly max: number }) {
  const remedy = `write ${what}`;
  const meant = (input: unknown): string => {
    const number = typeof input === "string" ? mebibytes(input) : Number(input);
    if (number === undefined || number > range.max) return remedy;
    // Nobody has 16 MiB of RAM: the number was given in GiB.
    return number < range.min && number > 0
      ? `write ${Math.round(number * 1024)} if you meant GiB`
      : `write ${Math.round(number)}`;
  };
  return z
    .number({
      error: ({ input }) =>
        input === undefined
          ? fault("missing", `add ${what}`)
          : fault("not a whole number of MiB", meant(input)),
    })
    .int({ error: ({ input }) => fault("not a whole number of MiB", meant(input)) })
    .min(range.min, {
      error: ({ input }) => fault(`less than ${range.min} MiB`, Number(input) > 0 ? meant(input) : remedy),
    })
    .max(range.max, { error: fault(`more than ${range.max} MiB`, remedy) })
    .describe(what);
}
