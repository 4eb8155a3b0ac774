// Makes the fixtures of packets again, as root: node test/witness/record-packets.mjs [SCENE…]
// Each line of a fixture is what the ring's taker gets: tpacket2_hdr, sockaddr_ll, the frame. Lines with # name the devices.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";

const folder = mkdtempSync(join(tmpdir(), "netlab-packets-"));
const koffi = resolve("node_modules/koffi/index.js");
const recorder = join(folder, "recorder.mjs");
const out = "test/fixtures/packets";
const SCENES = [
  "lo-udp", "lo-tcp", "lo-tcp-options", "lo-ecn", "lo-icmp", "lo-ipv6", "lo-large", "lo-ip-options",
  "veth", "veth-ipv6", "routed", "tun", "vlan",
];

await build({
  entryPoints: ["test/witness/packet-recorder.ts"], outfile: recorder, bundle: true, format: "esm", platform: "node", target: "node20",
  alias: { koffi }, external: [koffi], logLevel: "warning",
});
mkdirSync(out, { recursive: true });
for (const scene of process.argv.length > 2 ? process.argv.slice(2) : SCENES) {
  const { status, stderr } = spawnSync("unshare", ["-n", process.execPath, recorder, scene, join(out, `${scene}.hex`)], { encoding: "utf8" });
  console.log(status === 0 ? scene : `${scene}: ${stderr}`);
}
rmSync(folder, { recursive: true });
