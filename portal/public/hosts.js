// The hosts side by side: one panel each, its numbers, their age and the last five minutes.

import { age, bytes, fill, fromTemplate, say, span, tail } from "./dom.js";

/** @typedef {import("../../metrics-api/src/types.ts").Hosts} Hosts */
/** @typedef {import("../../metrics-api/src/types.ts").HostReport} HostReport */
/** @typedef {import("../../metrics-api/src/types.ts").HostMetrics} HostMetrics */
/** @typedef {import("../../metrics-api/src/types.ts").Disk} Disk */
/** @typedef {ReturnType<typeof fromTemplate>} Panel */
/** @typedef {{ at: number, cpu: number, network: number }} Sample */

const WINDOW_MS = 300_000;
/** Two samples further apart than this are not joined: what happened between them is not known. */
const GAP_MS = 20_000;
const BADGES = { fresh: "live", stale: "stale", unreachable: "away" };

/**
 * @param {HTMLElement} container
 * @returns {(state: import("./live.js").Live<Hosts>) => void} shows a new answer, or the growing age of the last one
 */
export function hostsView(container) {
  /** @type {Map<string, Sample[]>} */
  const histories = new Map();
  /** @type {Panel[]} */
  const panels = [];
  const names = (container.dataset["names"] ?? "").split(" ").filter(Boolean).sort();
  sizeTo(names.length || 2);
  for (const [index, name] of names.entries()) if (panels[index]) say(panels[index].part("name"), name);

  /** The panels are there before the first answer, so that nothing moves when it comes. @param {number} count */
  function sizeTo(count) {
    for (const { root } of panels.splice(count)) root.remove();
    while (panels.length < count) {
      const panel = fromTemplate("host-panel");
      panels.push(panel);
      container.append(panel.root);
    }
  }

  return (state) => {
    if (state.data === null) {
      if (state.failures > 0)
        for (const { part } of panels) say(part("note"), `no numbers yet: ${tail(state.trouble)}`);
      return;
    }
    // By name: the host that answers comes first in the data, and the tunnel may change it between two answers.
    const reports = [...state.data.hosts].sort((a, b) => a.host.localeCompare(b.host));
    sizeTo(reports.length);
    for (const [index, report] of reports.entries()) {
      const panel = panels[index];
      if (!panel) continue;
      const history = histories.get(report.host) ?? [];
      histories.set(report.host, keep(history, report, state.at));
      showState(panel, report, state.failures > 0, Date.now() - state.at);
      if (report.metrics) showNumbers(panel, report.metrics);
      draw(panel, history);
    }
  };
}

/** @param {Panel} panel @param {HostReport} report @param {boolean} silent @param {number} since */
function showState({ root, part }, report, silent, since) {
  root.dataset["state"] = silent && report.state === "fresh" ? "stale" : report.state;
  say(part("name"), report.host);
  say(part("badge"), silent ? "no news" : BADGES[report.state]);
  const old = report.ageSeconds === null ? null : age(report.ageSeconds * 1000 + since);
  if (report.state === "fresh") say(part("note"), `${old} old`);
  else
    say(
      part("note"),
      `${old === null ? "never seen" : `last answer ${old} ago`}: ${report.reason ?? "no reason given"}`,
    );
}

/** @param {Panel} panel @param {HostMetrics} metrics */
function showNumbers({ part }, metrics) {
  say(part("cpu"), `${metrics.cpu.totalPercent.toFixed(1)} %`);
  showCores(part("cores"), metrics.cpu.corePercents);
  const { memory, swap } = metrics;
  say(part("memory"), `${bytes(memory.usedBytes)} of ${bytes(memory.totalBytes)}`);
  fill(part("memory-meter"), memory.usedBytes, memory.totalBytes);
  say(part("swap"), swap.totalBytes > 0 ? `${bytes(swap.usedBytes)} of ${bytes(swap.totalBytes)}` : "none");
  fill(part("swap-meter"), swap.usedBytes, swap.totalBytes);
  showDisks(part("disks"), metrics.disks);
  const { received, sent } = traffic(metrics);
  say(part("network"), `↓ ${bytes(received)}/s  ↑ ${bytes(sent)}/s`);
  say(part("detail"), details(metrics));
}

/** @param {HostMetrics} metrics */
function details({ uptimeSeconds, temperatureCelsius, load, processCount }) {
  const temperature = temperatureCelsius === null ? "no sensor" : `${Math.round(temperatureCelsius)} °C`;
  const loads = load.map((value) => value.toFixed(2)).join(" ");
  return `up ${span(uptimeSeconds)} · ${temperature} · load ${loads} · ${processCount} processes`;
}

/** Virtual interfaces repeat what the physical ones carry; they count only where there is nothing else. @param {HostMetrics} metrics */
function traffic({ network }) {
  const physical = network.filter((one) => one.kind === "physical");
  const counted = physical.length > 0 ? physical : network;
  return {
    received: counted.reduce((sum, one) => sum + (one.receivedBytesPerSecond ?? 0), 0),
    sent: counted.reduce((sum, one) => sum + (one.sentBytesPerSecond ?? 0), 0),
  };
}

/** @param {HTMLElement} strip @param {number[]} percents */
function showCores(strip, percents) {
  while (strip.childElementCount > percents.length) strip.lastElementChild?.remove();
  while (strip.childElementCount < percents.length) strip.append(document.createElement("span"));
  for (const [index, percent] of percents.entries()) {
    /** @type {HTMLElement} */ (strip.children[index]).style.setProperty("--fill", String(percent / 100));
  }
  strip.setAttribute(
    "aria-label",
    `Cores: ${percents.map((percent) => `${Math.round(percent)} %`).join(", ")}`,
  );
}

/** @param {HTMLElement} list @param {Disk[]} disks */
function showDisks(list, disks) {
  while (list.childElementCount > disks.length) list.lastElementChild?.remove();
  for (const [index, disk] of disks.entries()) {
    const known = /** @type {HTMLElement | undefined} */ (list.children[index]);
    if (known?.title === disk.mount) showDisk(known, disk);
    else replaceOrAdd(list, known, disk);
  }
  // A list that scrolls must be reachable with the keyboard; one that does not should not be a stop.
  list.tabIndex = list.scrollHeight > list.clientHeight ? 0 : -1;
}

/** @param {HTMLElement} list @param {HTMLElement | undefined} old @param {Disk} disk */
function replaceOrAdd(list, old, disk) {
  const { root, part } = fromTemplate("disk-row");
  root.title = disk.mount;
  say(part("mount"), disk.mount);
  part("meter").setAttribute("aria-label", `Disk ${disk.mount}`);
  if (old) old.replaceWith(root);
  else list.append(root);
  showDisk(root, disk);
}

/** @param {HTMLElement} row @param {Disk} disk */
function showDisk(row, { usedBytes, totalBytes, availableBytes }) {
  const [space, meter] = [row.querySelector("[data-is=space]"), row.querySelector("[data-is=meter]")];
  if (space) say(space, `${bytes(usedBytes)} of ${bytes(totalBytes)}`);
  // As `df` and the alerts say it: blocks that only root may write are full for everybody else.
  if (meter) fill(meter, usedBytes, usedBytes + availableBytes);
}

/** Adds a sample when it is a new one, and forgets what has left the window. @param {Sample[]} history @param {HostReport} report @param {number} answeredAt */
function keep(history, { state, ageSeconds, metrics }, answeredAt) {
  const at = answeredAt - (ageSeconds ?? 0) * 1000;
  const newest = history.at(-1)?.at ?? 0;
  if (state === "fresh" && metrics && at - newest > 500) {
    const { received, sent } = traffic(metrics);
    history.push({ at, cpu: metrics.cpu.totalPercent, network: received + sent });
  }
  while (history[0] && Date.now() - history[0].at > WINDOW_MS) history.shift();
  return history;
}

/** @param {Panel} panel @param {Sample[]} history */
function draw({ part }, history) {
  const busiest = Math.max(1024, ...history.map((sample) => sample.network));
  sparkline(part("cpu-line"), part("cpu-area"), history, (sample) => sample.cpu / 100);
  sparkline(part("network-line"), part("network-area"), history, (sample) => sample.network / busiest);
}

/**
 * @param {Element} line @param {Element} area @param {Sample[]} history
 * @param {(sample: Sample) => number} share 0 at the bottom, 1 at the top
 */
function sparkline(line, area, history, share) {
  const now = Date.now();
  let path = "";
  let filled = "";
  let before = 0;
  for (const sample of history) {
    const x = (300 - ((now - sample.at) / WINDOW_MS) * 300).toFixed(1);
    const y = (46 - share(sample) * 44).toFixed(1);
    const joined = sample.at - before <= GAP_MS;
    if (!joined && filled) filled += "V48Z";
    path += `${joined ? "L" : "M"}${x} ${y}`;
    filled += joined ? `L${x} ${y}` : `M${x} 48V${y}`;
    before = sample.at;
  }
  line.setAttribute("d", path);
  area.setAttribute("d", filled ? `${filled}V48Z` : "");
}
