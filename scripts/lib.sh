# shellcheck shell=bash
# What the scripts have in common. Sourced, never run.

# shellcheck disable=SC2034
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
LEAST_SWIFT=6.2

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# Fails with what to do unless Swift is there and new enough.
need_swift() {
    local hint="install Swift $LEAST_SWIFT or newer: https://www.swift.org/install/linux/ (or put its usr/bin on PATH)"
    command -v swift >/dev/null 2>&1 || fail "swift is not on PATH: $hint"
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
    [ -n "$version" ] || fail "cannot tell the version of $(command -v swift): $hint"
    if [ "$(printf '%s\n%s\n' "$LEAST_SWIFT" "$version" | sort -V | head -n 1)" != "$LEAST_SWIFT" ]; then
        fail "Swift $version is too old: $hint"
    fi
}

# Installs the packages that are missing; asks for sudo only then.
need_packages() {
    command -v dpkg-query >/dev/null 2>&1 || fail "this script needs Debian or Ubuntu; elsewhere install the equivalents of: $*"
    local missing=() package
    for package in "$@"; do
        if [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then
            missing+=("$package")
        fi
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "Installing ${missing[*]}"
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null 2>&1 || fail "not root and no sudo; as root run: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    "${as_root[@]}" apt-get update -q || fail "apt-get update failed"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" ||
        fail "apt-get could not install ${missing[*]}"
}

# What building takes: the libraries, and what Swift itself wants of a bare system (g++ brings the C++ library).
# shellcheck disable=SC2034
BUILD_PACKAGES=(
    libspandsp-dev libsystemd-dev libssl-dev pkg-config
    binutils git ca-certificates gcc g++ libc6-dev tzdata
)
