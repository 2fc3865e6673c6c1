import type { ServerResponse } from "node:http";
import type { Problem } from "../types.ts";

/** A whole answer before it is written. */
export type Answer = {
  status: number;
  type: string;
  body: Buffer;
  /** Further headers, name and value in turn. */
  headers?: string[];
  /** Ends the connection after the answer. */
  close?: boolean;
};

/** The answer that a finished JSON text makes. */
export function jsonAnswer(body: Buffer): Answer {
  return { status: 200, type: "application/json; charset=utf-8", body };
}

/** An error answer (RFC 9457). `detail` goes to strangers: it must name no internals. */
export function problemAnswer(
  status: number,
  title: string,
  detail: string,
  extra: { upstream?: Problem["upstream"]; headers?: string[]; close?: boolean } = {},
): Answer {
  const { upstream, ...rest } = extra;
  const problem: Problem = {
    type: "about:blank",
    title,
    status,
    detail,
    ...(upstream === undefined ? {} : { upstream }),
  };
  return { status, type: "application/problem+json", body: Buffer.from(JSON.stringify(problem)), ...rest };
}

/** Writes an answer; a HEAD request gets its headers alone. */
export function send(response: ServerResponse, answer: Answer, isHead: boolean): void {
  const headers = [
    "content-type",
    answer.type,
    "content-length",
    String(answer.body.length),
    // Every answer is about this moment; what may be shared for a while is shared in here.
    "cache-control",
    "no-store",
    "x-content-type-options",
    "nosniff",
  ];
  if (answer.headers !== undefined) headers.push(...answer.headers);
  if (answer.close === true) headers.push("connection", "close");
  response.writeHead(answer.status, headers);
  response.end(isHead ? undefined : answer.body);
}
