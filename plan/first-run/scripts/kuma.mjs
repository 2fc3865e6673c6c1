// Uptime Kuma has no HTTP API for this: its own page speaks socket.io, and so do the scripts, inside its container.
import { io } from "socket.io-client";

const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

export function fail(message) {
  console.error(message);
  process.exit(1);
}

const socket = io(input.base, { reconnectionDelay: Number(input.pause) * 1000, transports: ["websocket"] });
/** Counted from the script's own start, whatever a try takes. */
const deadline = Date.now() + Number(input.seconds) * 1000;
socket.on("connect_error", (error) => {
  if (Date.now() >= deadline) fail(`Uptime Kuma does not answer: ${error.message}; docker logs uptime-kuma`);
});

/**
 * The server reads its settings first and listens to events only then, some time after the connection stands: what
 * it was asked before is lost without a word. One of these two tells that it listens.
 */
const greetings = ["loginRequired", "autoLogin"];
const listening = Promise.race(greetings.map((word) => new Promise((resolve) => socket.once(word, resolve))));
socket.once("connect", async () => {
  const tired = () => fail("Uptime Kuma took the connection and then said nothing; docker logs uptime-kuma");
  const patience = setTimeout(tired, Number(input.answerSeconds) * 1000);
  await listening;
  clearTimeout(patience);
});

/** The answer of an event; `undefined` where none came, because a socket that breaks leaves no word. */
export async function emit(event, ...values) {
  await listening;
  return socket
    .timeout(Number(input.answerSeconds) * 1000)
    .emitWithAck(event, ...values)
    .catch(() => undefined);
}

/** An event that must succeed. */
export async function must(event, ...values) {
  const answer = await emit(event, ...values);
  if (answer === undefined) return fail(`Uptime Kuma gave no answer to ${event}; docker logs uptime-kuma`);
  if (!answer.ok) return fail(`Uptime Kuma refused ${event}: ${answer.msg}`);
  return answer;
}

/** There is one account and no way to rename it on the page; the tool that sets its password asks on a terminal. */
export const elsewhere =
  `Uptime Kuma's administrator is not called ${input.user}, or has another password than the generated one. On the host, ` +
  `\`docker exec uptime-kuma sqlite3 data/kuma.db "UPDATE user SET username='${input.user}'"\` names it, and ` +
  "`docker exec -it uptime-kuma node extra/reset-password.js` sets the password: take uptime-kuma.adminPassword of: " +
  `pulumi stack output shared --show-secrets --stack ${input.hub}`;

/** Too many attempts are refused for a while, and a page in which people mistype counts as well. */
export async function signIn() {
  for (;;) {
    const answer = await emit("login", { username: input.user, password: input.password, token: "" });
    if (answer?.ok) return true;
    if (answer?.tokenRequired)
      return fail(`Uptime Kuma asks ${input.user} for a second factor: switch it off for this account`);
    const busy = answer === undefined || /too (frequent|many)/i.test(answer.msg ?? "");
    if (!busy) return false;
    if (Date.now() >= deadline) return fail("Uptime Kuma lets nobody sign in at present: wait a few minutes");
    await pause(Number(input.pause));
  }
}

export function done(word) {
  console.log(word);
  socket.close();
}
