#!/usr/bin/env bash
# Takes away what install.sh has installed.
set -euo pipefail

usage() {
    cat <<'END'
uninstall.sh [--purge]

  --purge  settings, state and log files too: nothing is left

Stops the service, after calls that are up have had behavior.drain_timeout_seconds to end, and removes what install.sh
has installed; without --purge, settings and state stay. With DESTDIR in the environment it works below that folder and
touches no service. What the journal holds stays in the journal.
END
}

say() { printf '%s\n' "$*"; }
fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

purge=
while [ $# -gt 0 ]; do
    case $1 in
    --purge) purge=1 ;;
    --help)
        usage
        exit 0
        ;;
    *) fail "what is $1? uninstall.sh --help tells the options" ;;
    esac
    shift
done
destination=${DESTDIR:-}
list=$destination/etc/milliwatt/.installed
[ -n "$destination" ] || [ "$(id -u)" -eq 0 ] || fail "this removes files of the system: run it as root, or with sudo"
if [ ! -e "$list" ]; then
    say "Nothing is installed${destination:+ below $destination}: there is no $list"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$list" "$work/list"

systemd=
if [ -z "$destination" ] && [ -d /run/systemd/system ] && grep -q '^file .*/milliwattd.service$' "$work/list"; then
    systemd=1
    say "Stopping the service; calls that are up may end first (behavior.drain_timeout_seconds)"
    sed -n 's|^file .*/systemd/system/||p' "$work/list" | while read -r unit; do
        systemctl disable --now "$unit" || say "systemctl could not stop $unit"
    done
fi

sed -n 's/^file //p' "$work/list" | while read -r path; do rm -f "$destination$path"; done
if [ -n "$purge" ]; then
    sed -n 's/^settings [0-9a-f]* //p' "$work/list" | while read -r path; do
        rm -f "$destination$path" "$destination$path.new"
    done
    rm -rf "$destination/etc/milliwatt"
    for folder in lib cache log; do
        rm -rf "$destination/var/$folder/milliwatt" "$destination/var/$folder/private/milliwatt"
    done
else
    # So that a later --purge, or another installation, knows what is left.
    grep -v '^file ' "$work/list" >"$list" || true
fi
# The deepest first; those that others use by now stay.
sed -n 's/^folder //p' "$work/list" | LC_ALL=C sort -r | while read -r path; do
    [ ! -d "$destination$path" ] || rmdir --ignore-fail-on-non-empty "$destination$path"
done

if [ -n "$systemd" ]; then
    systemctl daemon-reload
    systemctl reset-failed milliwattd.service 2>/dev/null || true
    journalctl --update-catalog
fi
if [ -n "$purge" ]; then
    say "Nothing of Milliwatt is left"
else
    say "Removed. Settings and state stay: uninstall.sh --purge takes them too"
fi
