#!/usr/bin/env bash
# Installs what the tests need, builds, and runs them all. Arguments go to `swift test`:
#   scripts/test.sh --filter SIPTests
#   scripts/test.sh --sanitize=thread --scratch-path .build-tsan
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$ROOT"

prepare_build
need_packages sip-tester baresip-core tshark linphone-cli curl openssl iproute2 procps python3 python3-venv systemd logrotate
# Kamailio, fail2ban and prometheus (for promtool) are not installed here, since their packages start services: tests that
# want them are skipped where they are missing.

# What the tests want of Python lives in a folder of its own: PJSUA2, the parser of metrics, and what checks the HTTP server
# against its OpenAPI document. Where there is no build of one for this Python, its tests are skipped.
venv=$ROOT/.build-tests/venv
if [ ! -x "$venv/bin/python" ]; then
    say "Making a Python environment for the tests"
    python3 -m venv "$venv" || fail "python3 -m venv $venv"
fi
if ! "$venv/bin/python" -c 'import pjsua2' 2>/dev/null; then
    "$venv/bin/pip" install -q pjsua2-python==2.15.1.post1 ||
        say "No PJSUA2 for this Python: its tests will be skipped"
fi
if ! "$venv/bin/python" -c 'import prometheus_client' 2>/dev/null; then
    "$venv/bin/pip" install -q prometheus_client==0.26.0 ||
        say "No prometheus_client for this Python: the test that reads metrics with it will be skipped"
fi
if ! "$venv/bin/python" -c 'import jsonschema, openapi_spec_validator' 2>/dev/null; then
    "$venv/bin/pip" install -q jsonschema==4.26.0 openapi-spec-validator==0.9.0 ||
        say "No openapi-spec-validator for this Python: the test of the OpenAPI document will be skipped"
fi

export PJSUA2_PYTHON="$venv/bin/python" MILLIWATT_STRICT=1
if [ $# -gt 0 ]; then
    exec swift test "$@"
fi
# Unit tests side by side; then the end-to-end tests with the machine to themselves, because they watch the clock.
say "Unit tests"
swift test --skip EndToEndTests
say "Media of 2000 sessions at once"
MILLIWATT_CROWD=2000 swift test --skip-build --filter CrowdTests
say "End-to-end tests"
swift test --skip-build --filter EndToEndTests
