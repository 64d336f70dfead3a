#!/usr/bin/env bash
# Installs what is missing, builds a release of milliwattd and runs it on port 5060.
# Arguments go to `milliwattd run`: scripts/run.sh --set sip.port=5080
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

prepare_build
say "Building milliwattd (a few minutes the first time)"
swift build --package-path "$ROOT" -c release --static-swift-stdlib --product milliwattd
binary=$(swift build --package-path "$ROOT" -c release --static-swift-stdlib --product milliwattd --show-bin-path)/milliwattd
say "Starting $binary; Ctrl-C hangs up and ends it"
exec "$binary" run "$@"
