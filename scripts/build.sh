#!/usr/bin/env bash
# Builds a release of milliwattd with Swift's runtime in it, and makes of it a Debian package, a tarball with install.sh,
# and a file with the debug symbols.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=scripts/stage.sh
source "$ROOT/scripts/stage.sh"

usage() {
    cat <<'END'
scripts/build.sh [--output FOLDER] [--binary PATH] [--trial]

  --output FOLDER  where the files go (.build/dist)
  --binary PATH    package this program instead of building one
  --trial          compress little and quickly, and accept a program that needs Swift's libraries: for trials on this
                   machine, not for others

Makes milliwatt_VERSION-1_ARCH.deb, milliwatt-VERSION-linux-ARCH.tar.xz, and milliwattd-VERSION-ARCH.debug: the symbols
that the program itself has not, which gdb finds beside the program or in /usr/lib/debug/usr/bin. The same program and
SOURCE_DATE_EPOCH (default: the time of the last commit) make the same files. Nothing needs root but the installation of
what is missing for building.
END
}

output=$ROOT/.build/dist
binary=
trial=
while [ $# -gt 0 ]; do
    case $1 in
    --output | --binary)
        [ $# -ge 2 ] || fail "$1 needs a value"
        printf -v "${1#--}" %s "$2"
        shift 2
        ;;
    --trial)
        trial=1
        shift
        ;;
    --help)
        usage
        exit 0
        ;;
    *) fail "what is $1? scripts/build.sh --help tells the options" ;;
    esac
done

build() {
    prepare_build
    say "Building milliwattd (a few minutes the first time)"
    local options=(--package-path "$ROOT" -c release --static-swift-stdlib --product milliwattd)
    swift build "${options[@]}"
    binary=$(swift build "${options[@]}" --show-bin-path)/milliwattd
}

# The program without its symbols, and a file that has them.
strip_program() {
    objcopy --only-keep-debug "$binary" "$output/$symbols"
    chmod 644 "$output/$symbols"
    objcopy --strip-all --remove-section=.comment --add-gnu-debuglink="$output/$symbols" "$binary" "$work/milliwattd"
    readelf -d "$work/milliwattd" >"$work/dynamic"
    if grep -q 'NEEDED.*libswift' "$work/dynamic"; then
        [ -n "$trial" ] || fail "$binary needs Swift's libraries: build it with --static-swift-stdlib"
        say "A trial: this program runs only where Swift is at the same place as here"
    fi
}

# The distribution's packages that have the libraries, with the versions whose symbols are used.
dependencies() {
    local options=()
    [ -z "$trial" ] || options=(--ignore-missing-info)
    mkdir -p "$work/shlibs/debian"
    printf 'Source: milliwatt\n\nPackage: milliwatt\nArchitecture: any\n' >"$work/shlibs/debian/control"
    (cd "$work/shlibs" && dpkg-shlibdeps "${options[@]}" -O -e"$tree/usr/bin/milliwattd" 2>"$work/shlibs/said") |
        sed -n 's/^shlibs:Depends=//p' >"$work/depends" || true
    [ -s "$work/depends" ] || fail "dpkg-shlibdeps: $(cat "$work/shlibs/said")"
}

# In KiB, as dpkg counts: files rounded up, and one for everything else.
installed_size() {
    find "$tree" -path "$tree/DEBIAN" -prune -o -printf '%y %s\n' |
        awk '{ sum += $1 == "f" ? int(($2 + 1023) / 1024) : 1 } END { print sum }'
}

control_files() {
    local folder=$tree/DEBIAN file
    mkdir "$folder"
    sed -e "s|@VERSION@|$version-1|" -e "s|@ARCHITECTURE@|$architecture|" -e "s|@DEPENDS@|$(cat "$work/depends")|" \
        -e "s|@SIZE@|$(installed_size)|" "$ROOT/scripts/debian/control" >"$folder/control"
    for file in preinst postinst prerm postrm; do
        install -m 755 "$ROOT/scripts/debian/$file" "$folder/$file"
    done
    (cd "$tree" && find etc -type f -printf '/%p\n' | LC_ALL=C sort >"$folder/conffiles")
    (cd "$tree" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum >"$folder/md5sums")
    chmod 644 "$folder/control" "$folder/conffiles" "$folder/md5sums"
}

debian_package() {
    {
        printf 'milliwatt (%s-1) unstable; urgency=medium\n\n  * Version %s: changelog.gz says what is new.\n\n' \
            "$version" "$version"
        printf ' -- %s  %s\n' "$(sed -n 's/^Maintainer: //p' "$ROOT/scripts/debian/control")" \
            "$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")"
    } | compressed "$tree/usr/share/doc/milliwatt/changelog.Debian.gz"
    put 644 "$ROOT/scripts/debian/lintian-overrides" "$tree/usr/share/lintian/overrides/milliwatt"
    control_files
    dated "$tree"
    local compression=(-Zxz)
    [ -z "$trial" ] || compression=(-Zgzip -z1)
    dpkg-deb --root-owner-group "${compression[@]}" --build "$tree" "$output" >/dev/null
}

tarball() {
    local name=milliwatt-$version-linux-$architecture
    local folder=$work/$name
    mkdir "$folder"
    cp -a "$tree" "$folder/tree"
    put 755 "$ROOT/scripts/install.sh" "$folder/install.sh"
    put 755 "$ROOT/scripts/uninstall.sh" "$folder/uninstall.sh"
    put 644 "$ROOT/README.md" "$folder/README.md"
    put 644 "$ROOT/LICENSE" "$folder/LICENSE"
    put 644 "$work/depends" "$folder/DEPENDS"
    dated "$folder"
    local level=-6
    [ -z "$trial" ] || level=-0
    tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --format=gnu -c "$name" |
        xz "$level" -T1 >"$output/$name.tar.xz"
}

# Every file bears the same time.
dated() { find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +; }

need_packages dpkg-dev binutils python3 xz-utils
[ -n "$binary" ] || build
[ -x "$binary" ] || fail "$binary is no program"
umask 022
SOURCE_DATE_EPOCH=$(source_date)
export SOURCE_DATE_EPOCH
version=$(milliwatt_version)
architecture=$(dpkg --print-architecture)
symbols=milliwattd-$version-$architecture.debug
mkdir -p "$output"
output=$(cd "$output" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree

[ "$("$binary" --version)" = "milliwattd $version" ] || fail "$binary is not version $version of milliwattd"
say "Packaging milliwattd $version for $architecture"
strip_program
stage "$work/milliwattd" "$tree"
dependencies
tarball
debian_package
say "Made in $output:"
(cd "$output" && ls -l "milliwatt_$version-1_$architecture.deb" "milliwatt-$version-linux-$architecture.tar.xz" "$symbols")
