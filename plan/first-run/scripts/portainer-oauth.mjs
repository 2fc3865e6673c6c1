const wanted = {
  ClientID: input.client,
  AuthorizationURI: input.authorize,
  AccessTokenURI: input.token,
  ResourceURI: input.userinfo,
  RedirectURI: input.redirect,
  LogoutURI: input.endSession,
  UserIdentifier: "preferred_username",
  Scopes: "openid profile email", // commas fail
  OAuthAutoCreateUsers: true,
  SSO: true,
  DefaultTeamID: 0,
  AuthStyle: 0,
};
const oauth = 3;

async function setOauth() {
  const answer = await ask("POST", "/api/auth", {
    body: { Username: input.user, Password: input.password },
  });
  if (answer.status === 403) {
    return fail(
      "Portainer shuts out an address for an hour after ten logins within a second, and this one is: docker restart portainer ends it",
    );
  }
  if (answer.status !== 200 || !answer.json?.jwt) {
    return fail(
      `Portainer does not let ${input.user} in with the generated password (${answer.status}). Was it changed by hand? ` +
        "Set it back under My account, to portainer.adminPassword of: " +
        `pulumi stack output shared --show-secrets --stack ${input.hub}`,
    );
  }
  const token = answer.json.jwt;
  const found = await ask("GET", "/api/settings", { token });
  if (found.status !== 200) return fail(`Portainer showed no settings: ${found.status}`);
  const same = Object.entries(wanted).every(([key, value]) => found.json?.OAuthSettings?.[key] === value);
  const before = same && found.json?.AuthenticationMethod === oauth;
  // Written in any case: the client secret is not shown, so a new one could not be noticed.
  const saved = await ask("PUT", "/api/settings", {
    token,
    body: { AuthenticationMethod: oauth, OAuthSettings: { ...wanted, ClientSecret: input.secret } },
  });
  if (saved.status !== 200) return fail(`Portainer refused its sign-on settings: ${saved.status}`);
  return before ? "unchanged" : "changed";
}

console.log(await setOauth());
