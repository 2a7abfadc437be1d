# Sourced by tools/first-run and tests/run: installs what Debian or Ubuntu lack of the given packages,
# and finds a meson that is new enough.

install_packages() {
    missing=
    for package in "$@"; do
        if [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then
            missing="$missing $package"
        fi
    done
    [ -n "$missing" ] || return 0
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "This machine has no apt-get. Please install the counterparts of:$missing" >&2
        exit 1
    fi
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        as_root=sudo
    fi
    echo "Installing:$missing" >&2
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update >&2
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
        $missing >/dev/null
}

# Sets MESON. Ubuntu before 24.04 has a meson older than 1.0: then one from PyPI goes into the build
# folder given as $1.
find_meson() {
    MESON=meson
    case "$(meson --version)" in
    0.*)
        install_packages python3-venv
        [ -x "$1/meson-venv/bin/meson" ] || {
            python3 -m venv "$1/meson-venv" && "$1/meson-venv/bin/pip" -q install 'meson>=1.0'
        }
        MESON="$1/meson-venv/bin/meson"
        ;;
    esac
}

BUILD_PACKAGES="gcc libc6-dev meson ninja-build pkg-config libstemmer-dev libyaml-dev zlib1g-dev libutf8proc-dev libmicrohttpd-dev"
