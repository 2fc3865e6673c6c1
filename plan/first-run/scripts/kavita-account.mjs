/** The token of the program's administrator, or undefined where the password or the account is not the one. */
export async function signIn() {
  const answer = await ask("POST", "/api/Account/login", {
    body: { username: input.user, password: input.password },
  });
  if (answer.status === 200 && answer.json?.token) return answer.json.token;
  if (answer.status === 401) return undefined;
  return fail(`Kavita did not sign ${input.user} in: ${shown(answer)}`);
}

export const elsewhere =
  `Kavita has an administrator already, and ${input.user} with the generated password is none. Sign in to Kavita as its ` +
  `administrator and make a user ${input.user} with the role Admin and the password kavita.adminPassword of: ` +
  `pulumi stack output shared --show-secrets --stack ${input.hub}`;
