import * as z from "zod/mini";
import type { Weather } from "../types.ts";
import { fetchJson } from "./fetch-json.ts";
import { UpstreamError } from "./upstream-error.ts";

export type Observation = Omit<Weather, "stale" | "ageSeconds">;

const hourMs = 3_600_000;
// Not Number() alone: it makes a false 0 °C out of an empty text.
const number = z.pipe(z.string().check(z.regex(/^-?\d+(\.\d+)?$/)), z.transform(Number));
const words = z.tuple([z.object({ value: z.string() })], z.unknown());
const area = z.tuple([z.object({ areaName: words, country: words })], z.unknown());

const report = z.object({
  current_condition: z.tuple(
    [
      z.object({
        temp_C: number,
        FeelsLikeC: number,
        humidity: number,
        windspeedKmph: number,
        winddir16Point: z.string(),
        weatherCode: number,
        weatherDesc: words,
        observation_time: z.string(),
      }),
    ],
    z.unknown(),
  ),
  // The weather is worth showing also when its place is missing or odd.
  nearest_area: z.catch(z.optional(area), undefined),
});

/** Parses wttr.in's `format=j1`, bare or (as newer versions send it) inside `data`. Throws `UpstreamError`. */
export function parseWeather(body: unknown, now: Date, place?: string): Observation {
  const wrapped = z.object({ data: z.unknown() }).safeParse(body);
  const parsed = report.safeParse(wrapped.success ? wrapped.data.data : body);
  if (!parsed.success) throw new UpstreamError("sent an answer without a current condition");
  const [condition] = parsed.data.current_condition;
  return {
    place: nameOf(parsed.data.nearest_area) ?? place ?? "Unknown place",
    temperatureCelsius: condition.temp_C,
    feelsLikeCelsius: condition.FeelsLikeC,
    condition: condition.weatherDesc[0].value.trim(),
    conditionCode: condition.weatherCode,
    humidityPercent: condition.humidity,
    windKmh: condition.windspeedKmph,
    windDirection: condition.winddir16Point,
    observedAt: observedAt(condition.observation_time, now),
  };
}

function nameOf(found: z.infer<typeof area> | undefined): string | undefined {
  if (found === undefined) return undefined;
  const [{ areaName, country }] = found;
  const parts = [areaName[0].value, country[0].value]
    .map((part) => part.trim())
    .filter((part) => part !== "");
  return parts.length === 0 ? undefined : parts.join(", ");
}

/** wttr.in gives the time of day in UTC ("09:42 AM") and no date: it is the latest such time that is not ahead. */
function observedAt(timeOfDay: string, now: Date): string {
  const match = /^(\d{1,2}):(\d{2}) (AM|PM)$/.exec(timeOfDay);
  if (match === null) throw new UpstreamError("sent an observation time that cannot be read");
  const hours = (Number(match[1]) % 12) + (match[3] === "PM" ? 12 : 0);
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), hours, Number(match[2]));
  // An hour of grace, for a clock here that is behind.
  const isAhead = today > now.getTime() + hourMs;
  return new Date(isAhead ? today - 24 * hourMs : today).toISOString();
}

/** Asks wttr.in. Without a place it goes by the address that asks, which is this host's. */
export async function loadWeather(url: string, place: string | undefined): Promise<Observation> {
  const path = place === undefined ? "" : encodeURIComponent(place);
  const body = await fetchJson({ url: `${url}/${path}?format=j1`, limitMs: 3_000, largestBytes: 256 * 1024 });
  return parseWeather(body, new Date(), place);
}
