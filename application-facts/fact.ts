/**
 * What a stranger meets at an application that runs: facts about programs that others wrote, each with its source. Our
 * tests cannot prove them; only the running application can (`ask.ts`). A new version of an image may change every one.
 */
export const questions = [
  "registration",
  "first visitor",
  "default account",
  "anonymous API",
  "metrics path",
  "admin path",
] as const;
export type Question = (typeof questions)[number];

/** Where it was read. `at`: the version or commit, and how near it is to the catalogue's. */
export interface Source {
  readonly repository: string;
  readonly at: string;
  readonly files: readonly string[];
}

/** Without a login. It changes nothing, even where the door is open. */
export interface Request {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly json?: object;
}

export interface Expected {
  readonly status: readonly number[];
  readonly holds?: string;
  readonly lacks?: string;
}

interface Said {
  readonly question: Question;
  /** `open`: it answers strangers and stays so, and `answer` says why that is right. */
  readonly door: "closed" | "open";
  readonly answer: string;
  /** Variables of our container that make it so. */
  readonly set?: Readonly<Record<string, string>>;
}

/** Something the running application is asked, at its own port; its public name leads to the same. */
export interface Asked extends Said {
  readonly request: Request;
  readonly expected: Expected;
}

/** Something it cannot be asked, and why. */
interface Told extends Said {
  readonly notAsked: string;
}

export type Fact = Asked | Told;

export interface ApplicationFacts {
  /** Its name in the catalogue. */
  readonly service: string;
  readonly sources: readonly Source[];
  readonly facts: readonly Fact[];
  /** Questions that leave nothing to say, and why. */
  readonly nothing: Readonly<Partial<Record<Question, string>>>;
  /** A program that answered as the facts say, and when. */
  readonly ran?: string;
}

/** The value of a variable that holds a generated secret. */
export const aSecret = "(a secret)";

export const isAsked = (fact: Fact): fact is Asked => "request" in fact;
