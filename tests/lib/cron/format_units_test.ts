import assert from "node:assert/strict";
import { test } from "node:test";
import { formatUnits } from "../../../lib/cron/format_units.ts";
import { parseSchedule } from "../../../lib/cron/parse_schedule.ts";

const INPUT = {
  project: "shop",
  schedule: parseSchedule("*/5 * * * *"),
  command: {
    luma: ["/opt/my tools/luma"],
    file: '/srv/100% "$shop"\\/luma.yml',
    apps: ["blog"],
    variables: { DOCKER_HOST: "unix:///run/a b%$.sock" },
  },
  asRoot: true,
} as const;

test("formatUnits() makes a service and a timer of the system", () => {
  assert.equal(
    formatUnits(INPUT),
    `# /etc/systemd/system/luma-shop.service
[Unit]
Description=Luma: new images of shop
Wants=network-online.target
After=network-online.target docker.service

[Service]
Type=oneshot
Environment="DOCKER_HOST=unix:///run/a b%%$.sock"
UnsetEnvironment=BUN_OPTIONS BUN_BE_BUN
ExecStart="/opt/my tools/luma" -c "/srv/100%% \\"$$shop\\"\\\\/luma.yml" redeploy --if-changed blog

# /etc/systemd/system/luma-shop.timer
[Unit]
Description=Luma: looks for new images of shop

[Timer]
OnCalendar=*-*-* *:0/5:00
AccuracySec=1s

[Install]
WantedBy=timers.target

# Then: systemctl daemon-reload && systemctl enable --now luma-shop.timer
# What it did: journalctl -u luma-shop`,
  );
});

test("formatUnits() makes units of the user, when that is not root", () => {
  const units = formatUnits({ ...INPUT, asRoot: false });
  assert.match(units, /^# ~\/\.config\/systemd\/user\/luma-shop\.service\n/);
  assert.match(units, /systemctl --user enable --now luma-shop\.timer\n.*loginctl enable-linger/);
  assert.doesNotMatch(units, /network-online/);
});
