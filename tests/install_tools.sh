#!/usr/bin/env bash
# The programs that tests meet as users do: a browser, Prometheus with Alertmanager, Icinga 2, Postfix, a wrong clock. From Debian's packages.
# Where they cannot be installed, the tests that need them are skipped and say so.
set -euo pipefail
declare -A packages=(
  [chromium-headless-shell]=chromium-headless-shell [prometheus]=prometheus [prometheus-alertmanager]=prometheus-alertmanager [icinga2]=icinga2-bin
  [curl]=curl [postfix]=postfix [faketime]=faketime
)
missing=()
for program in "${!packages[@]}"; do
  PATH="$PATH:/usr/sbin" command -v "$program" >/dev/null || missing+=("${packages[$program]}")
done
[ ${#missing[@]} -gt 0 ] || exit 0
# The shell is Chromium without a window, at two thirds of the work. Where it cannot be had, any Chromium will do.
any_chromium() {
  local kept=() one
  for one in "${missing[@]}"; do
    if [ "$one" != chromium-headless-shell ]; then kept+=("$one")
    elif ! command -v chromium >/dev/null; then kept+=(chromium); fi
  done
  missing=("${kept[@]}")
  [ ${#missing[@]} -gt 0 ] || exit 0
}
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  any_chromium
  echo "Not installed: ${missing[*]}; the tests that need them are skipped. Install them with: sudo apt-get install ${missing[*]}" >&2
  exit 0
fi
echo "Installing for the tests: ${missing[*]}"
# The packages would start their services at once; the tests start their own.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' > "$policy" && chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq || true  # what is known already may do
apt-cache show chromium-headless-shell >/dev/null 2>&1 || any_chromium
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || {
  echo "Could not install: ${missing[*]}; the tests that need them are skipped." >&2
}
