# shellcheck shell=bash
# Sourced by scripts/app and scripts/test: a Python, .venv and a browser, each only where it is missing.
# Everything here can run again at no cost: .venv is filled anew only when Python or the requirements changed.

say() { printf '\033[2m%s\033[0m\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 2; }

# The first Python that is at least 3.11; $PYTHON goes before all others.
find_python() {
    local candidate
    for candidate in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11 python3.14 python; do
        # Run it: a name on PATH can be a stub of a version manager.
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    die "no Python 3.11 or later found: install one (Debian 12+, Ubuntu 24.04+: apt install python3 python3-venv)" \
        "or name it in \$PYTHON"
}

# What .venv should be filled from: another Python or other requirements give another sum.
requirements_sum() { { .venv/bin/python -VV && cat requirements*.txt; } 2>/dev/null | cksum; }

# pip's output, line by line: all of it to the log, its progress to a person who waits.
show_progress() {
    local line
    while IFS= read -r line; do
        echo "$line" >>"$1"
        case $line in *Downloading* | Installing*) [ ! -t 2 ] || printf '  %.100s\n' "${line#"${line%%[! ]*}"}" >&2 ;; esac
    done
}

# ensure_venv REQUIREMENTS: .venv holds what that file lists.
ensure_venv() {
    local requirements=$1 python stamp log=.venv/setup.log
    stamp=.venv/installed-$(basename "$requirements" .txt)
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(requirements_sum)" ]; then
        return
    fi
    if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
        python=$(find_python) || exit 2
        "$python" -c 'import ensurepip, venv' 2>/dev/null ||
            die "$python has no venv module: install it (Debian, Ubuntu: apt install python3-venv)"
        say "Making .venv with $("$python" --version)"
        "$python" -m venv --clear .venv || die "could not make .venv here: is this folder writable?"
    fi
    say "Installing $requirements into .venv (the first time takes minutes, most of it download)"
    : >"$log"
    if ! .venv/bin/python -m pip install --disable-pip-version-check --no-input --progress-bar off \
        -r "$requirements" 2>&1 </dev/null | show_progress "$log"; then
        grep '^ERROR' "$log" | head -n 3 >&2 || true
        die "installing $requirements failed: is there a network, and room on the disk? pip's own words are in $log"
    fi
    requirements_sum >"$stamp"
}

# The system's Chromium, if it really starts (Ubuntu's package is a stub where snaps do not run).
find_chromium() {
    local candidate
    for candidate in ${CHROMIUM:+"$CHROMIUM"} chromium chromium-browser google-chrome; do
        if command -v "$candidate" >/dev/null && "$candidate" --version >/dev/null 2>&1; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

# Whether a page opens as the tests will open it.
browser_starts() {
    .venv/bin/python - "$CHROMIUM" <<'PYTHON' >>.venv/browser.log 2>&1
import sys
from playwright.sync_api import sync_playwright

with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=sys.argv[1] or None, args=["--no-sandbox"])
    browser.new_page().set_content("<p>ready</p>")
    browser.close()
PYTHON
}

# ensure_browser: CHROMIUM names the system's browser, or is empty where Playwright's own is used.
ensure_browser() {
    : >.venv/browser.log
    CHROMIUM=$(find_chromium) || CHROMIUM=""
    if ! browser_starts; then
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            say "Installing Chromium with apt"
            {
                apt-get update -qq || true # an old list is better than none
                # libatomic1: what Playwright itself needs and a bare Debian lacks
                DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
                    libatomic1 chromium fonts-noto-core fonts-noto-color-emoji
            } >>.venv/browser.log 2>&1 </dev/null || true
            CHROMIUM=$(find_chromium) || CHROMIUM=""
        fi
        if [ -z "$CHROMIUM" ]; then
            say "Fetching Playwright's Chromium"
            .venv/bin/python -m playwright install chromium >>.venv/browser.log 2>&1 </dev/null || true
        fi
        browser_starts ||
            die "no browser starts here (see .venv/browser.log); as root, apt install chromium libatomic1 helps"
    fi
    export CHROMIUM
}
