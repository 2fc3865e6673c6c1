import { expect, test } from "vitest";
import { sendJson, startServer } from "../testing/servers.ts";
import { wttrReport } from "../testing/wttr.ts";
import { loadWeather, parseWeather } from "./weather.ts";

const noon = new Date("2026-11-23T12:00:00Z");

const lisbon = {
  place: "Lisbon, Portugal",
  temperatureCelsius: 6,
  feelsLikeCelsius: 3,
  condition: "Partly cloudy",
  conditionCode: 116,
  humidityPercent: 81,
  windKmh: 19,
  windDirection: "WSW",
  observedAt: "2026-11-23T06:42:00.000Z",
};

test("reads wttr.in's report", () => {
  expect(parseWeather(wttrReport, noon)).toEqual(lisbon);
});

test("reads the report also inside `data`", () => {
  expect(parseWeather({ data: wttrReport }, noon)).toEqual(lisbon);
});

test.each([
  ["12:05 AM", "2026-11-23T00:05:00.000Z"],
  ["12:05 PM", "2026-11-23T12:05:00.000Z"],
  ["11:50 PM", "2026-11-22T23:50:00.000Z"],
])("takes %s for the latest such time, %s", (timeOfDay, instant) => {
  expect(parseWeather(withCondition({ observation_time: timeOfDay }), noon).observedAt).toBe(instant);
});

test.each([
  ["no object", "Unknown location"],
  ["no condition", { ...wttrReport, current_condition: [] }],
  ["no number", withCondition({ temp_C: "n/a" })],
  ["an empty number", withCondition({ humidity: "" })],
])("refuses a report with %s", (_, report) => {
  expect(() => parseWeather(report, noon)).toThrow("sent an answer without a current condition");
});

test("refuses a time that cannot be read", () => {
  expect(() => parseWeather(withCondition({ observation_time: "06:42" }), noon)).toThrow(
    "sent an observation time that cannot be read",
  );
});

test("asks for the configured place, and for none when none is configured", async () => {
  const asked: (string | undefined)[] = [];
  const url = await startServer((request, response) => {
    asked.push(request.url);
    sendJson(response, wttrReport);
  });
  await loadWeather(url, "São Paulo");
  await loadWeather(url, undefined);
  expect(asked).toEqual(["/S%C3%A3o%20Paulo?format=j1", "/?format=j1"]);
});

function withCondition(changes: object): object {
  return { ...wttrReport, current_condition: [{ ...wttrReport.current_condition[0], ...changes }] };
}

test.each([
  ["Lisbon", [{ areaName: [{ value: "Lisbon" }], country: [{ value: "" }] }]],
  ["my place", [{ areaName: [{ value: " " }], country: [{ value: "" }] }]],
  ["my place", [{}]],
  ["my place", undefined],
])("without a whole area the place is %s", (place, nearest_area) => {
  expect(parseWeather({ ...wttrReport, nearest_area }, noon, "my place")).toEqual({ ...lisbon, place });
});

test("without any place the weather is still shown", () => {
  expect(parseWeather({ ...wttrReport, nearest_area: undefined }, noon).place).toBe("Unknown place");
});
