/** One thing wrong in what a person set: names the file, the key, the value and the remedy. */
export interface Problem {
  /** `Pulumi.home.yaml`. */
  readonly file: string;
  /** Path of the setting, `kitestacks:host.ramMiB`; the file itself when empty. */
  readonly key: string;
  /** The value as found; undefined when it is missing. Never a secret. */
  readonly value?: unknown;
  readonly wrong: string;
  readonly remedy: string;
}

/** All problems at once, so that a person mends them in one go. Exit code 64. */
export class SettingsError extends Error {
  readonly problems: readonly Problem[];
  readonly exitCode = 64;

  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 setting is" : `${problems.length} settings are`;
    super([`${count} wrong; nothing was created.`, ...problems.map((p) => `  ${describe(p)}`)].join("\n"));
    this.name = "SettingsError";
    this.problems = problems;
  }
}

/**
 * `Pulumi.home.yaml: kitestacks:host.ramMiB is "16GB": not a whole number of MiB; write 16384`. No full stop: a remedy may
 * end in a command that is copied.
 */
export function describe({ file, key, value, wrong, remedy }: Problem): string {
  const shown = value === undefined ? "" : ` is ${JSON.stringify(value)}`;
  const subject = key === "" ? file : `${file}: ${key}`;
  return `${subject}${shown}: ${wrong}; ${remedy}`;
}

/** `kitestacks:services.models[0]`. */
export function pathText(key: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : `${text}.${String(part)}`),
    key,
  );
}
