#!/usr/bin/env bash
# Writes anew what is made from the program: config/milliwatt.toml and config/REFERENCE.md. Run it after a change of settings,
# metrics, events or log fields; a test compares.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

prepare_build
swift build --package-path "$ROOT" --product milliwattd
program=$(swift build --package-path "$ROOT" --product milliwattd --show-bin-path)/milliwattd
"$program" default-config >"$ROOT/config/milliwatt.toml.part"
"$program" reference >"$ROOT/config/REFERENCE.md.part"
for file in milliwatt.toml REFERENCE.md; do
    mv "$ROOT/config/$file.part" "$ROOT/config/$file"
done
