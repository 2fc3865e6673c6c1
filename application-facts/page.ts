import { type ApplicationFacts, type Fact, isAsked, questions } from "./fact.ts";

/** Who reaches an application, as the catalogue says. */
export type Reach = (service: string) => string;

const introduction = `# What strangers meet

For each application: what its sources say about registration, the first visitor, default accounts, what answers without a
login, and paths for metrics and administrators; and what our settings make of it. These are facts about programs that others
wrote. They stand in \`application-facts/\`, one file per application, as requests with the answers that are expected, and a
test holds this page to them. *Asked* can be asked of a running application and changes nothing there, even where a door is
open. **open** answers strangers and stays so, for the reason beside it.

A program that ran is named. The rest was read: where no copy of the catalogue's version was at hand, the source says which
one was. After a new version of an image a fact may be untrue.
`;

/** docs/doors.md. */
export function doorsPage(applications: readonly ApplicationFacts[], reach: Reach): string {
  return `${[introduction, ...applications.map((one) => section(one, reach(one.service)))].join("\n")}`;
}

function section({ service, sources, facts, nothing, ran }: ApplicationFacts, reach: string): string {
  const rows = questions.flatMap((question) => {
    const reason = nothing[question];
    return reason === undefined
      ? facts.filter((fact) => fact.question === question).map(row)
      : [`| ${question} | – | ${reason} | |`];
  });
  return [
    `## ${service}`,
    "",
    `Reached by: ${reach}.`,
    "",
    "| question | door | what is so | asked |",
    "|---|---|---|---|",
    ...rows,
    "",
    ...sources.map(
      ({ repository, at, files }) => `Read: ${repository}, ${at}: ${files.map(code).join(", ")}.`,
    ),
    ...(ran === undefined ? [] : [`Ran: ${ran}.`]),
    "",
  ].join("\n");
}

function row(fact: Fact): string {
  const set = Object.entries(fact.set ?? {}).map(([name, value]) => code(`${name}: ${value}`));
  const door = fact.door === "open" ? "**open**" : "closed";
  const answer = set.length === 0 ? fact.answer : `${fact.answer} ${set.join(", ")}`;
  return `| ${fact.question} | ${door} | ${answer} | ${question(fact)} |`;
}

function question(fact: Fact): string {
  if (!isAsked(fact)) return `not asked: ${fact.notAsked}`;
  const { request, expected } = fact;
  return [
    `${code(`${request.method} ${request.path}`)} → ${expected.status.join(" or ")}`,
    ...(expected.holds === undefined ? [] : [`with ${code(expected.holds)}`]),
    ...(expected.lacks === undefined ? [] : [`without ${code(expected.lacks)}`]),
  ].join(", ");
}

const code = (text: string): string => `\`${text}\``;
