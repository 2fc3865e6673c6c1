import { expect, test } from "vitest";
import { sshCommand } from "./ssh-command.ts";

test("a command that a person copies gets in with the options of the stack file, whatever is in them", () => {
  const connection = { kind: "ssh", user: "me", sshOptions: ["-o", "ControlPersist=60"] } as const;
  expect(sshCommand({ ...connection, ownOptions: [] }, "100.64.0.2")).toBe("ssh me@100.64.0.2");
  const ownOptions = ["-o", "IdentityFile=~/.ssh/attic", "-o", "ProxyCommand=nc -X 5 'a b' %h %p"];
  expect(sshCommand({ ...connection, ownOptions }, "100.64.0.2")).toBe(
    "ssh -o IdentityFile=~/.ssh/attic -o 'ProxyCommand=nc -X 5 '\\''a b'\\'' %h %p' me@100.64.0.2",
  );
});
