/**
 * What new accounts may do; without Login they could not even sign in. Its own default of an age limit (Unknown, and
 * nothing that is unknown) shows a new account no book at all; -1 is its "Not Applicable".
 */
const wanted = {
  provisionAccounts: true,
  requireVerifiedEmail: true,
  autoLogin: false,
  disablePasswordAuthentication: false,
  providerName: "Authentik",
  defaultRoles: ["Login", "Download", "Bookmark", "Change Password"],
  defaultAgeRestriction: -1,
  defaultIncludeUnknowns: true,
};

async function setOidc() {
  const token = await signIn();
  if (token === undefined) return fail(elsewhere);
  const answer = await ask("GET", "/api/Settings", { token });
  if (answer.status !== 200 || answer.json?.oidcConfig === undefined) {
    return fail(`Kavita showed no settings with an oidcConfig: ${shown({ ...answer, text: "" })}`);
  }
  const { oidcConfig } = answer.json;
  const same = ([key, value]) => JSON.stringify(oidcConfig[key]) === JSON.stringify(value);
  if (Object.entries(wanted).every(same)) return "unchanged";
  // The client secret in the answer is masked, and is kept when it comes back masked.
  const body = { ...answer.json, oidcConfig: { ...oidcConfig, ...wanted } };
  const saved = await ask("POST", "/api/Settings", { token, body });
  if (saved.status !== 200) return fail(`Kavita refused its sign-on settings: ${saved.status}`);
  return "changed";
}

console.log(await setOidc());
