async function registerAdmin() {
  if ((await signIn()) !== undefined) return "unchanged";
  const answer = await ask("POST", "/api/Account/register", {
    body: { username: input.user, email: input.email, password: input.password },
  });
  if (answer.status === 200) return "changed";
  // Accepted only while there is no administrator at all.
  if (answer.status === 400 && answer.text.includes("Not allowed")) return fail(elsewhere);
  return fail(`Kavita refused the administrator ${input.user}: ${shown(answer)}`);
}

console.log(await registerAdmin());
