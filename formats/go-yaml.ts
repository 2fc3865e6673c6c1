/**
 * How Pulumi reads a plain scalar of a stack file. The engine is written in Go and reads with gopkg.in/yaml.v3, which
 * keeps much of YAML 1.1; we read YAML 1.2. `settings/fixtures/go-yaml.jsonl` has what that library itself
 * answers, and the tests hold this against it.
 */
export type GoScalar =
  | { readonly kind: "text" | "null" | "boolean" }
  /** Exact, as Go writes it: a whole number may be too large for ours. */
  | { readonly kind: "number"; readonly value: number | bigint }
  | { readonly kind: "date" | "merge key" | "unwritable number" };

const words: Readonly<Record<string, GoScalar["kind"] & ("null" | "boolean" | "merge key")>> = {
  "": "null",
  "~": "null",
  null: "null",
  Null: "null",
  NULL: "null",
  true: "boolean",
  True: "boolean",
  TRUE: "boolean",
  false: "boolean",
  False: "boolean",
  FALSE: "boolean",
  "<<": "merge key",
};

export function goReads(plain: string): GoScalar {
  const word = Object.hasOwn(words, plain) ? words[plain] : undefined;
  if (word !== undefined) return { kind: word };
  if (/^(\.(nan|NaN|NAN)|[-+]?\.(inf|Inf|INF))$/.test(plain)) return { kind: "unwritable number" };
  if (isDate(plain)) return { kind: "date" };
  const value = numberOf(plain);
  return value === undefined ? { kind: "text" } : { kind: "number", value };
}

/** Underscores are passed over: all of them after a digit or a sign, after a dot only those between digits. */
function numberOf(plain: string): number | bigint | undefined {
  if (!/^[-+.\d]/.test(plain)) return undefined;
  const digits = plain.replaceAll(plain.startsWith(".") ? /(?<=\d)_(?=\d)/g : "_", "");
  return wholeNumber(digits) ?? fraction(digits) ?? oddPrefix(digits);
}

const digitsOf: Readonly<Record<string, RegExp>> = {
  "0b": /^[01]+$/,
  "0o": /^[0-7]+$/,
  "0x": /^[0-9a-f]+$/,
};

/** Go's ParseInt and ParseUint with base 0: a prefix names the base, and a zero before digits is octal. */
function wholeNumber(text: string): bigint | undefined {
  const [, sign = "", rest = ""] = /^([-+]?)(\d.*)$/.exec(text) ?? [];
  const magnitude = unsigned(rest.toLowerCase());
  if (magnitude === undefined) return undefined;
  return within64Bits(sign === "-" ? -magnitude : magnitude, sign !== "");
}

function unsigned(text: string): bigint | undefined {
  const prefix = text.slice(0, 2);
  if (digitsOf[prefix]?.test(text.slice(2))) return BigInt(text);
  if (/^0[0-7]+$/.test(text)) return BigInt(`0o${text.slice(1)}`);
  return /^(0|[1-9]\d*)$/.test(text) ? BigInt(text) : undefined;
}

/** Only a number without a sign may need the 64th bit. */
function within64Bits(value: bigint, signed: boolean): bigint | undefined {
  const limit = signed ? 2n ** 63n : 2n ** 64n;
  return value < limit && value >= -(2n ** 63n) ? value : undefined;
}

function fraction(text: string): number | undefined {
  if (!/^[-+]?(\.\d+|\d+(\.\d*)?)(e[-+]?\d+)?$/i.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** yaml.v3 looks once more at what follows 0b and 0o, and takes a sign there: `0b-1` is -1. */
function oddPrefix(text: string): bigint | undefined {
  const [, prefix = "", sign = "", rest = ""] = /^(0[bo])([-+])(.+)$/.exec(text) ?? [];
  if (!digitsOf[prefix]?.test(rest)) return undefined;
  const magnitude = BigInt(prefix + rest);
  return within64Bits(sign === "-" ? -magnitude : magnitude, true);
}

const dateForm =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt](\d\d?):(\d\d?):(\d\d?)(?:[.,]\d+)?(?:Z|[-+](\d\d):(\d\d))| +(\d\d?):(\d\d?):(\d\d?)(?:[.,]\d+)?))?$/;

/** The four forms that yaml.v3 hands to Go's time.Parse. */
function isDate(plain: string): boolean {
  const parts = dateForm.exec(plain);
  if (parts === null) return false;
  const [year = 0, month = 0, day = 0, ...clock] = parts.slice(1).map((part) => Number(part ?? 0));
  const [hour = 0, minute = 0, second = 0, zoneHour = 0, zoneMinute = 0] = clock;
  const [hour2 = 0, minute2 = 0, second2 = 0] = clock.slice(5);
  const lengthOfMonth = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  return (
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= lengthOfMonth &&
    hour + hour2 < 24 &&
    minute + minute2 < 60 &&
    second + second2 < 60 &&
    zoneHour <= 24 &&
    zoneMinute <= 60
  );
}
