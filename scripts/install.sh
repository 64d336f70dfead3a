#!/usr/bin/env bash
# Installs Milliwatt from the unpacked tarball, or from the source tree once it is built. Again for an upgrade.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
    cat <<'END'
install.sh [--prefix FOLDER] [--binary PATH] [--drain SECONDS] [--no-start]

  --prefix FOLDER  where the program goes (/usr/local); settings are in /etc always
  --binary PATH    in the source tree: install this program instead of the release that scripts/build.sh has built
  --drain SECONDS  on an upgrade, how long calls that are up may go on before the restart (60)
  --no-start       do not enable and start the service, nor restart it

With DESTDIR in the environment everything goes below that folder and no service is touched. Settings that you have
changed stay: where the new version has others, they are put beside them as FILE.new. No user is made: systemd makes one
while the service runs (DynamicUser). uninstall.sh, which is installed too, takes everything away again.
END
}

say() { printf '%s\n' "$*"; }
fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

prefix=/usr/local
binary=
drain=60
start=1
while [ $# -gt 0 ]; do
    case $1 in
    --prefix | --binary | --drain)
        [ $# -ge 2 ] || fail "$1 needs a value"
        printf -v "${1#--}" %s "$2"
        shift 2
        ;;
    --no-start)
        start=
        shift
        ;;
    --help)
        usage
        exit 0
        ;;
    *) fail "what is $1? install.sh --help tells the options" ;;
    esac
done
[[ $prefix == /* ]] || fail "--prefix $prefix is not absolute"
prefix=${prefix%/}
[ -n "$prefix" ] || fail "--prefix / is no place for a program: /usr or /usr/local is"
[[ $drain =~ ^[0-9]+$ ]] || fail "--drain $drain is no number of seconds"
destination=${DESTDIR:-}
# A line for each thing that is installed: file, settings (with the sum of what came) or folder.
list=/etc/milliwatt/.installed
[ -n "$destination" ] || [ "$(id -u)" -eq 0 ] || fail "this writes to $prefix and /etc: run it as root, or with sudo"
if [ -z "$destination" ] && [ "$(dpkg-query -W -f '${db:Status-Status}' milliwatt 2>/dev/null)" = installed ]; then
    fail "the package milliwatt is installed: upgrade that by apt, or remove it first"
fi

# The tree to install: that of the tarball, or one made from the source tree.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022
if [ -d "$here/tree" ]; then
    [ -z "$binary" ] || fail "--binary is for the source tree"
    cp -a "$here/tree" "$work/tree"
    version=$("$here/tree/usr/bin/milliwattd" --version) ||
        fail "the program does not run here; it needs the packages $(cat "$here/DEPENDS")"
else
    # shellcheck source=scripts/lib.sh
    source "$here/lib.sh"
    # shellcheck source=scripts/stage.sh
    source "$here/stage.sh"
    binary=${binary:-$ROOT/.build/release/milliwattd}
    [ -x "$binary" ] || fail "$binary is not there: build it by scripts/build.sh, or name one by --binary"
    stage "$binary" "$work/tree"
    version=$("$binary" --version)
fi

# Moves what is below /usr to the prefix.
move_to_prefix() {
    local tree=$work/tree
    if [ -d "$tree/usr/share/zsh/vendor-completions" ] && [ "$prefix" != /usr ]; then
        mv "$tree/usr/share/zsh/vendor-completions" "$tree/usr/share/zsh/site-functions"
    fi
    sed -i "s|/usr/bin/milliwattd|$prefix/bin/milliwattd|g; s|/usr/share/doc/milliwatt|$prefix/share/doc/milliwatt|g" \
        "$tree"/usr/lib/systemd/*/*
    install -D -m 755 "$here/uninstall.sh" "$tree/usr/share/milliwatt/uninstall.sh"
    [ "$prefix" != /usr ] || return 0
    mv "$tree/usr" "$work/usr"
    mkdir -p "$tree$(dirname "$prefix")"
    mv "$work/usr" "$tree$prefix"
}

# make_folder PATH: makes it and those above it, and remembers which were not there.
make_folder() {
    [ -d "$destination$1" ] && return 0
    make_folder "$(dirname "$1")"
    mkdir "$destination$1"
    echo "folder $1" >>"$work/installed"
}

sum_of() { sha256sum "$1" | cut -d ' ' -f 1; }

# install_settings PATH: as dpkg does it, without asking.
install_settings() {
    local path=$1 target=$destination$1 new old
    new=$(sum_of "$work/tree$path")
    old=$(sed -n "s|^settings \([0-9a-f]*\) $path$|\1|p" "$work/before")
    echo "settings $new $path" >>"$work/installed"
    if [ ! -e "$target" ] && [ -n "$old" ]; then
        say "$path stays away, since it was removed"
    elif [ ! -e "$target" ] || [ "$(sum_of "$target")" = "$old" ]; then
        install -m 644 "$work/tree$path" "$target"
        rm -f "$target.new"
    elif [ "$(sum_of "$target")" != "$new" ] && [ "$new" != "$old" ]; then
        install -m 644 "$work/tree$path" "$target.new"
        say "$path is yours and stays; what this version would have is in $path.new"
    fi
}

install_files() {
    local path
    : >"$work/before"
    [ ! -e "$destination$list" ] || cp "$destination$list" "$work/before"
    # Folders that an earlier version has made are ours still.
    grep '^folder ' "$work/before" >"$work/installed" || true
    while read -r path; do
        make_folder "$(dirname "$path")"
        case $path in
        /etc/*) install_settings "$path" ;;
        *)
            # By another name first, so that one that runs is not written to.
            install -m "$(stat -c %a "$work/tree$path")" "$work/tree$path" "$destination$path.part"
            mv -f "$destination$path.part" "$destination$path"
            echo "file $path" >>"$work/installed"
            ;;
        esac
    done < <(cd "$work/tree" && find . -type f -printf '/%P\n' | LC_ALL=C sort)
    # What the version before had and this one has not.
    while read -r path; do
        grep -qxF "file $path" "$work/installed" || rm -f "$destination$path"
    done < <(sed -n 's/^file //p' "$work/before")
    install -m 644 "$work/installed" "$destination$list"
}

run_service() {
    local program=$prefix/bin/milliwattd settings=/etc/milliwatt/milliwatt.toml
    if [ -n "$destination" ]; then
        say "No service is touched, since DESTDIR is $destination"
    elif [ ! -d /run/systemd/system ]; then
        say "Left out, since systemd does not run here: enabling and starting the service. $program run starts it."
    else
        systemctl daemon-reload
        [ ! -d "$prefix/lib/systemd/catalog" ] || journalctl --update-catalog
        if [ -z "$start" ]; then
            say "systemctl enable --now milliwattd starts it"
        elif [ -e "$settings" ] && ! "$program" check-config "$settings" >/dev/null; then
            say "Neither started nor restarted: this version does not take $settings (see above)"
            exit 78
        elif systemctl --quiet is-active milliwattd.service; then
            if [[ $("$program" --help) == *$'\n  drain '* ]]; then
                "$program" drain --timeout "$drain" || true
            fi
            say "Restarting it; what is up yet may go on for behavior.drain_timeout_seconds"
            systemctl restart milliwattd.service
        elif ! grep -q '^file ' "$work/before"; then
            systemctl enable --now milliwattd.service
            say "It runs: systemctl status milliwattd"
        else
            say "It was not running, and is not started: systemctl start milliwattd"
        fi
    fi
}

move_to_prefix
install_files
say "Installed $version below $destination$prefix, its settings in $destination/etc/milliwatt"
run_service
