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

SWIFT_HINT="install Swift $LEAST_SWIFT or newer: https://www.swift.org/install/linux/ (or put its usr/bin on PATH)"

# Installs what building takes, and fails with what to do unless Swift is there and new enough.
prepare_build() {
    command -v swift >/dev/null 2>&1 || fail "swift is not on PATH: $SWIFT_HINT"
    need_packages "${BUILD_PACKAGES[@]}"
    need_linker
    need_swift_libraries
    need_swift
}

# What Swift's own programs are linked with; without it Swift cannot even tell its version. Only what the loader
# misses counts: the names of these packages differ between releases.
need_swift_libraries() {
    local folder missing
    folder=$(dirname "$(readlink -f "$(command -v swift)")")
    missing=$(ldd "$folder/swift-build" "$folder/swift-frontend" 2>/dev/null | grep 'not found' || true)
    [ -z "$missing" ] || need_packages libcurl4 libncurses6 libsqlite3-0 libstdc++6 libuuid1 libxml2 zlib1g
}

need_swift() {
    local answer version
    answer=$(swift --version 2>&1) || fail "$(command -v swift) does not run: $answer"
    version=$(sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' <<<"$answer" | head -n 1)
    [ -n "$version" ] || fail "cannot tell the version of $(command -v swift): $SWIFT_HINT"
    if [ "$(printf '%s\n%s\n' "$LEAST_SWIFT" "$version" | sort -V | head -n 1)" != "$LEAST_SWIFT" ]; then
        fail "Swift $version is too old: $SWIFT_HINT"
    fi
}

# Swift links with gold, which Debian 13 and Ubuntu 25.04 have taken out of binutils.
need_linker() {
    if ! command -v ld.gold >/dev/null 2>&1 && [ -n "$(apt-cache madison binutils-gold 2>/dev/null)" ]; then
        need_packages binutils-gold
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

# What building takes: our libraries, the compilers and linkers.
# shellcheck disable=SC2034
BUILD_PACKAGES=(
    libspandsp-dev libsystemd-dev libssl-dev libsqlite3-dev pkg-config
    binutils git ca-certificates gcc g++ libc6-dev tzdata
)
