async function createAdmin() {
  const needSetup = await emit("needSetup");
  if (needSetup === undefined)
    return fail("Uptime Kuma gave no answer to needSetup; docker logs uptime-kuma");
  if (needSetup) {
    await must("setup", input.user, input.password);
    return "changed";
  }
  return (await signIn()) ? "unchanged" : fail(elsewhere);
}

done(await createAdmin());
