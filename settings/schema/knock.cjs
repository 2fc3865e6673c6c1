// The ProxyCommand of every SSH connection to a host's Docker: it opens the connection and passes it on to ssh.
// sshd drops connections at random while ten others have not logged in yet (MaxStartups 10:30:100): from cold, of 40
// that came at once 12 were lost. They are dropped before sshd has said its name, so this knocks again.
// As an option of ssh it stands in the state and on command lines: the same text on every machine, without a path, a
// backslash, a percent or exclamation sign or a single quote. Lines that begin with two slashes are left out there.
const { mkdirSync } = require("node:fs");
const { connect } = require("node:net");
const { userInfo } = require("node:os");
const { join } = require("node:path");
const [, host, port] = process.argv;
const end = Date.now() + 60000;
// ssh puts the socket of the shared connection there, and gives up where there is no such folder.
try {
  mkdirSync(join(userInfo().homedir, ".ssh"), { recursive: true, mode: 0o700 });
} catch {}
function knock() {
  let isOpen = false;
  let why = "the host closes the connection without a word";
  const socket = connect(port, host);
  const noAnswer = new Error(`connect ETIMEDOUT ${host}:${port}`);
  const patience = setTimeout(() => socket.destroy(noAnswer), 15000);
  socket.on("connect", () => {
    isOpen = true;
    clearTimeout(patience);
  });
  socket.on("error", (error) => {
    why = error.message;
  });
  socket.once("data", (first) => {
    why = String(first).trim();
    if (why.startsWith("SSH-") === false) return socket.destroy();
    process.stdout.write(first);
    process.stdin.pipe(socket).pipe(process.stdout);
    socket.removeAllListeners("close");
    socket.on("close", () => process.stdin.destroy());
  });
  socket.on("close", () => {
    clearTimeout(patience);
    if (isOpen && Date.now() < end) setTimeout(knock, 200 + 800 * Math.random());
    else refuse(why);
  });
}
// Says why as an SSH server would, with a message of disconnection (RFC 4253, 11.1): with ControlPersist ssh throws away
// what a ProxyCommand writes to its standard error.
function refuse(why) {
  const number = (value) => Buffer.from([0, 0, value >> 8, value & 255]);
  const text = Buffer.from(why);
  const message = Buffer.concat([Buffer.of(1), number(11), number(text.length), text, number(0)]);
  const padding = 4 + ((7 - message.length) & 7);
  const name = Buffer.from(`SSH-2.0-knock${String.fromCharCode(13, 10)}`);
  const head = Buffer.concat([name, number(1 + message.length + padding), Buffer.of(padding)]);
  process.stdout.write(Buffer.concat([head, message, Buffer.alloc(padding)]));
}
knock();
