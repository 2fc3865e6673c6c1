// Straight into its database: Karakeep makes administrators in its API only at the word of another one, and takes no
// sign-up with a password (DISABLE_PASSWORD_AUTH). Its start has made the tables before it answers; SQLite waits for its
// turn beside the running program.
import { randomUUID } from "node:crypto";
import { DatabaseSync } from "node:sqlite";

function makeAdmin(database) {
  const known = database.prepare("SELECT id, role FROM user WHERE lower(email) = ?").get(input.email);
  if (known?.role === "admin") return "unchanged";
  if (known !== undefined) database.prepare("UPDATE user SET role = 'admin' WHERE id = ?").run(known.id);
  else
    database
      .prepare("INSERT INTO user (id, name, email, role) VALUES (?, 'Administrator', ?, 'admin')")
      .run(randomUUID(), input.email);
  return "changed";
}

try {
  const database = new DatabaseSync(input.database, { timeout: Number(input.seconds) * 1000 });
  database.exec("BEGIN IMMEDIATE");
  const word = makeAdmin(database);
  database.exec("COMMIT");
  database.close();
  console.log(word);
} catch (error) {
  console.error(
    `Karakeep's database ${input.database} does not take its administrator: ${error.message}; docker logs karakeep`,
  );
  process.exit(1);
}
