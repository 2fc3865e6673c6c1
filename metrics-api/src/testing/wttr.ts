/** What wttr.in answers for `format=j1`, cut down to one entry per list. */
export const wttrReport = {
  current_condition: [
    {
      FeelsLikeC: "3",
      FeelsLikeF: "37",
      cloudcover: "75",
      humidity: "81",
      localObsDateTime: "2026-11-23 07:42 AM",
      observation_time: "06:42 AM",
      precipMM: "0.1",
      pressure: "1012",
      temp_C: "6",
      temp_F: "43",
      uvIndex: "1",
      visibility: "10",
      weatherCode: "116",
      weatherDesc: [{ value: "Partly cloudy " }],
      weatherIconUrl: [{ value: "" }],
      winddir16Point: "WSW",
      winddirDegree: "240",
      windspeedKmph: "19",
      windspeedMiles: "12",
    },
  ],
  nearest_area: [
    {
      areaName: [{ value: "Lisbon" }],
      country: [{ value: "Portugal" }],
      latitude: "38.717",
      longitude: "-9.133",
      population: "517798",
      region: [{ value: "Lisboa" }],
      weatherUrl: [{ value: "" }],
    },
  ],
  request: [{ query: "Lat 38.72 and Lon -9.13", type: "LatLon" }],
  weather: [{ astronomy: [], avgtempC: "7", date: "2026-11-23", hourly: [], maxtempC: "9", mintempC: "4" }],
};
