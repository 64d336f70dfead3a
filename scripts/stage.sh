# shellcheck shell=bash
# What is installed, and where: one tree for the package, the tarball and install.sh. Sourced, never run; needs lib.sh.

# The one place where the version is written.
milliwatt_version() {
    sed -n 's/.*static let current = "\([^"]*\)".*/\1/p' "$ROOT/Sources/Operations/Version.swift"
}

# The time that files bear: SOURCE_DATE_EPOCH, else that of the last commit, else that of the change log.
source_date() {
    if [ -n "${SOURCE_DATE_EPOCH:-}" ]; then
        echo "$SOURCE_DATE_EPOCH"
    else
        git -C "$ROOT" log -1 --format=%ct 2>/dev/null || stat -c %Y "$ROOT/CHANGELOG.md"
    fi
}

# stage BINARY TREE: makes the tree of an installation below TREE, with the prefix /usr.
stage() {
    local binary=$1 tree=$2 share=$2/usr/share documents=$2/usr/share/doc/milliwatt
    put 755 "$binary" "$tree/usr/bin/milliwattd"
    put 644 "$ROOT/config/milliwatt.toml" "$tree/etc/milliwatt/milliwatt.toml"
    put 644 "$ROOT/config/fail2ban/filter.d/milliwatt.conf" "$tree/etc/fail2ban/filter.d/milliwatt.conf"
    put 644 "$ROOT/config/ufw/milliwatt" "$tree/etc/ufw/applications.d/milliwatt"
    put 644 "$ROOT/systemd/milliwattd.service" "$tree/usr/lib/systemd/system/milliwattd.service"
    put 644 "$ROOT/systemd/milliwattd.socket" "$tree/usr/lib/systemd/system/milliwattd.socket"
    put 644 "$ROOT/systemd/milliwatt.catalog" "$tree/usr/lib/systemd/catalog/milliwatt.catalog"
    put 644 "$ROOT/config/logrotate/milliwatt" "$tree/etc/logrotate.d/milliwatt"
    # What bans and what alerts is the administrator's to switch on.
    put 644 "$ROOT/config/fail2ban/jail.d/milliwatt.conf" "$documents/examples/fail2ban-jail.conf"
    put 644 "$ROOT/config/prometheus/milliwatt.rules.yml" "$share/milliwatt/milliwatt.rules.yml"
    put 644 "$ROOT/README.md" "$documents/README.md"
    put 644 "$ROOT/config/REFERENCE.md" "$documents/REFERENCE.md"
    stage_completions "$binary" "$tree"
    "$ROOT/scripts/manpage" "$binary" "$(date -u -d "@$(source_date)" +%F)" | compressed "$share/man/man8/milliwattd.8.gz"
    compressed "$documents/changelog.gz" <"$ROOT/CHANGELOG.md"
    put 644 "$ROOT/scripts/debian/copyright" "$documents/copyright"
    notices | compressed "$documents/NOTICE.gz"
}

# What the licences of the packages that are built in want to be handed on.
notices() {
    local file
    for file in "$ROOT"/.build/checkouts/*/NOTICE*; do
        [ ! -f "$file" ] || printf '==== %s\n\n%s\n\n' "$(basename "$(dirname "$file")")" "$(cat "$file")"
    done
}

# The shells' completions, as the program itself prints them.
stage_completions() {
    local shell target
    for shell in bash zsh fish; do
        case $shell in
        bash) target=bash-completion/completions/milliwattd ;;
        zsh) target=zsh/vendor-completions/_milliwattd ;;
        fish) target=fish/vendor_completions.d/milliwattd.fish ;;
        esac
        mkdir -p "$(dirname "$2/usr/share/$target")"
        # Without the line that names an interpreter: it is sourced.
        "$1" --generate-completion-script "$shell" | sed '1{/^#!/d}' >"$2/usr/share/$target"
        chmod 644 "$2/usr/share/$target"
    done
}

# put MODE FILE TARGET
put() {
    [ -f "$2" ] || fail "$2 is missing"
    install -D -m "$1" "$2" "$3"
}

# compressed TARGET: standard input, without a name or time in it.
compressed() {
    mkdir -p "$(dirname "$1")"
    gzip -9n >"$1"
    chmod 644 "$1"
}
