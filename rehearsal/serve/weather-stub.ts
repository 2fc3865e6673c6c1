import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What wttr.in answers (format j1), reduced to what the metrics API reads. The place says that it is made up. */
function answer() {
  return {
    current_condition: [
      {
        temp_C: "21",
        FeelsLikeC: "20",
        humidity: "58",
        weatherCode: "116",
        weatherDesc: [{ value: "Partly cloudy" }],
        windspeedKmph: "11",
        winddir16Point: "SW",
        observation_time: "12:00 PM",
      },
    ],
    nearest_area: [
      {
        areaName: [{ value: "Nowhere" }],
        country: [{ value: "simulated weather" }],
      },
    ],
  };
}

/** A weather service on loopback, so that looking at the portal sends no request off this machine. */
export async function startWeatherStub(): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "application/json").end(JSON.stringify(answer()));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
