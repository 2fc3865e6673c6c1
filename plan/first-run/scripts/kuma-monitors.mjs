// `input.monitors`: { mark, name, url, group }; `input.page`: { slug, title }. A monitor of ours is known by the mark
// in its description; what people added by hand is left alone.

/** What we say about every monitor; the rest keeps Uptime Kuma's own defaults, or what a person changed. */
const settings = {
  type: "http",
  method: "GET",
  interval: 60,
  retryInterval: 30,
  maxretries: 3,
  timeout: 30,
  maxredirects: 10,
  accepted_statuscodes: ["200-299"],
};
/** Needed once, when a monitor is made. */
const atBirth = {
  resendInterval: 0,
  expiryNotification: true,
  ignoreTls: false,
  upsideDown: false,
  notificationIDList: {},
  kafkaProducerBrokers: [],
  kafkaProducerSaslOptions: { mechanism: "None" },
  rabbitmqNodes: [],
  conditions: [],
};

/** The list is not in the answer but in an event of its own. */
async function monitors() {
  const list = new Promise((resolve) => socket.once("monitorList", resolve));
  await must("getMonitorList");
  return Object.values(await list);
}

const isSame = (found, wanted) =>
  Object.entries(wanted).every(([key, value]) => JSON.stringify(found[key]) === JSON.stringify(value));

/** Answers the monitor's id and whether anything was written. */
async function place(found, { mark, name, url }) {
  const wanted = { ...settings, name, url, description: mark };
  if (found === undefined)
    return { id: (await must("add", { ...wanted, ...atBirth })).monitorID, changed: true };
  if (isSame(found, wanted)) return { id: found.id, changed: false };
  await must("editMonitor", { ...found, ...wanted });
  return { id: found.id, changed: true };
}

async function placeMonitors() {
  const ours = (await monitors()).filter(({ description }) => description?.startsWith(input.marks));
  const placed = [];
  for (const monitor of input.monitors) {
    const found = ours.find(({ description }) => description === monitor.mark);
    placed.push({ ...monitor, ...(await place(found, monitor)) });
  }
  const gone = ours.filter(({ description }) => input.monitors.every(({ mark }) => mark !== description));
  for (const { id } of gone) await must("deleteMonitor", id);
  return { placed, changed: gone.length > 0 || placed.some(({ changed }) => changed) };
}

/** Groups and monitors of the public page, as everybody sees them: no event tells them. */
async function shownGroups(slug) {
  const url = new URL(`/api/status-page/${slug}`, input.base);
  const response = await fetch(url).catch((error) => ({ status: error.message }));
  if (!response.ok) return fail(`Uptime Kuma does not show its status page ${slug}: ${response.status}`);
  return (await response.json()).publicGroupList;
}

/** Adds to the groups what is missing and answers whether something was; a save drops every group it does not name. */
function complete(groups, placed) {
  let isMissing = false;
  for (const { id, group: name } of placed) {
    let group = groups.find((one) => one.name === name);
    if (group === undefined) {
      group = { name, monitorList: [] };
      groups.push(group);
    }
    if (group.monitorList.some((monitor) => monitor.id === id)) continue;
    group.monitorList.push({ id });
    isMissing = true;
  }
  return isMissing;
}

async function placePage(placed) {
  const { slug, title } = input.page;
  const found = await emit("getStatusPage", slug);
  if (!found?.ok) await must("addStatusPage", title, slug);
  // A page just made has none, and its address may still answer from a cache that it does not exist.
  const groups = found?.ok ? await shownGroups(slug) : [];
  const isMissing = complete(groups, placed);
  const { config } = found?.ok ? found : await must("getStatusPage", slug);
  if (!isMissing && config.title === title) return false;
  const page = { ...config, title, domainNameList: config.domainNameList ?? [] };
  await must("saveStatusPage", slug, page, config.icon ?? "", groups);
  return true;
}

/** The public name opens the status page; people sign in at /dashboard. */
async function placeEntryPage() {
  // The time zone is TZ's: written back, a stored one would count until the next start.
  const { serverTimezone, ...data } = (await must("getSettings")).data;
  const wanted = { entryPage: `statusPage-${input.page.slug}`, trustProxy: true };
  if (isSame(data, wanted)) return false;
  await must("setSettings", { ...data, ...wanted }, input.password);
  return true;
}

async function main() {
  if (!(await signIn())) return fail(elsewhere);
  const { placed, changed } = await placeMonitors();
  const changes = [changed, await placePage(placed), await placeEntryPage()];
  return changes.includes(true) ? "changed" : "unchanged";
}

done(await main());
