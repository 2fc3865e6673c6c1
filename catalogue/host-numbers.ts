/**
 * What Grafana and the alerts say of a host's disks and wires, in PromQL. The metrics API and the portal count the same
 * way (metrics-api/src/host/disks.ts, network.ts), so that nobody reads two numbers of one thing.
 */

/** Read-only images, memory, layers of containers, and file systems of other machines: nobody's disk on this host. */
const noDisk =
  "tmpfs|ramfs|rootfs|overlay|squashfs|iso9660|udf|erofs|cramfs|romfs|fuse\\\\..*|nfs4?|cifs|smb3|ceph|9p|virtiofs";
/** Where container engines mount the layers of their images, each as a file system of its own. */
const layers = ".*/(zfs/graph|devicemapper/mnt|io[.]containerd[.]snapshotter[.]v1[.][^/]+)/.*";

/**
 * Percent used of every disk, as `df` says it: of what ordinary users may write. One series a `device`, however often
 * it is mounted; all file systems of a ZFS pool draw on the same space and are one device, the pool.
 * @param instance a further matcher, such as `instance="home"`
 */
export function diskUsedPercent(instance = ""): string {
  const disk = (fstype: string) =>
    [fstype, `mountpoint!~"${layers}"`, instance].filter((matcher) => matcher !== "").join(",");
  const once = (expression: string) => `max by (instance, device) (${expression})`;
  const metric = (name: string, of: string) => `node_filesystem_${name}_bytes{${of}}`;
  const used = (of: string) => once(`${metric("size", of)} - ${metric("free", of)}`);
  const left = (of: string) => once(metric("avail", of));

  const plain = disk(`fstype!~"${noDisk}|zfs"`);
  const zfs = disk('fstype="zfs"');
  const ofPool = (expression: string) => `label_replace(${expression}, "pool", "$1", "device", "([^/]+).*")`;
  const poolUsed = `sum by (instance, pool) (${ofPool(used(zfs))})`;
  const poolLeft = `max by (instance, pool) (${ofPool(left(zfs))})`;
  const poolAsDevice = (expression: string) =>
    once(`label_replace(${expression}, "device", "$1", "pool", "(.*)")`);
  return `${share(used(plain), left(plain))} or ${poolAsDevice(share(poolUsed, poolLeft))}`;
}

const share = (used: string, left: string) => `100 * ${used} / (${used} + ${left})`;

/** Loopback, the tailnet, and what container engines and the kernel put there. */
const plumbing = 'device!~"lo|veth.*|br-.*|docker.*|tailscale.*|ifb.*|dummy.*|ppp.*"';

/**
 * Bytes a second over the wires of a host. A VLAN, a bridge, a bond and a tunnel carry the packets of a wire once more:
 * a network card with all four was once shown four times. The kernel tells them apart: `name_assign_type` is 3 where
 * somebody made the interface, and absent for tunnels (seen with node-exporter 1.5.0 on a bridge, a macvlan and a tun).
 * A host that has made interfaces only, such as a container, shows all of them.
 * @param direction of node-exporter's metric
 */
export function wireBytes(direction: "receive" | "transmit", instance: string, range: string): string {
  const all = `rate(node_network_${direction}_bytes_total{${plumbing},${instance}}${range})`;
  const wires = `${all} and on (instance, device) node_network_name_assign_type{${instance}} != 3`;
  return `(sum by (instance) (${wires}) or sum by (instance) (${all}))`;
}
