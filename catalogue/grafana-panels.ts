/** The data source that `grafana.ts` provisions. */
const datasource = { type: "prometheus", uid: "prometheus" };

const targets = (expressions: readonly string[], legendFormat: string, more: object = {}) =>
  expressions.map((expr, i) => ({
    refId: String.fromCharCode(65 + i),
    datasource,
    expr,
    legendFormat,
    ...more,
  }));

/** @param unit Grafana's own name of it, e.g. `percent`, `Bps`. */
export function timeseries(
  title: string,
  unit: string,
  expressions: readonly string[],
  legendFormat = "{{instance}}",
): object {
  const fieldConfig = { defaults: { unit }, overrides: [] };
  return { type: "timeseries", title, datasource, fieldConfig, targets: targets(expressions, legendFormat) };
}

export function stat(title: string, unit: string, expression: string): object {
  const fieldConfig = { defaults: { unit }, overrides: [] };
  return { type: "stat", title, datasource, fieldConfig, targets: targets([expression], "") };
}

/** The series of the moment, one a line. */
export function table(title: string, expression: string): object {
  const now = targets([expression], "", { instant: true, format: "table" });
  return { type: "table", title, datasource, targets: now };
}
