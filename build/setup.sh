# Shared by the scripts at the root: what has to be there before anything runs, and how to build.
# Sourced, not run; expects $root.

say() { printf '%s\n' "$*" >&2; }

require_sdk() {
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
  if ! command -v dotnet >/dev/null 2>&1; then
    say "lintel: the .NET 10 SDK is not on PATH."
    say "Install it (https://dotnet.microsoft.com/download/dotnet/10.0), then run this again."
    exit 3
  fi
  if ! (cd "$root" && dotnet --version >/dev/null 2>&1); then
    say "lintel: the .NET SDK found here is too old; global.json asks for version 10."
    exit 3
  fi
}

# A package source that has not been asked for a package before may answer late: ask again before giving up.
restore() {
  local try log
  log=$(mktemp)
  for try in 1 2 3 4 5; do
    if dotnet restore "$1" --verbosity quiet >"$log" 2>&1; then rm -f "$log"; return 0; fi
    say "restore: attempt $try failed, trying again"
    sleep $((try * 10))
  done
  cat "$log" >&2
  rm -f "$log"
  say "lintel: the packages could not be restored; check the network and the package source, then run this again."
  return 1
}

# True when the binary is missing or anything it is built from is newer.
sources_changed_since() {
  [ ! -e "$1" ] && return 0
  [ -n "$(find "$root/src" "$root"/Directory.* "$root/global.json" \( -name bin -o -name obj \) -prune -o \
    -type f -newer "$1" -print -quit)" ]
}

build_project() {
  local log
  log=$(mktemp)
  say "building Lintel ..."
  restore "$1" || exit 3
  if ! dotnet build "$1" --configuration Release --no-restore --verbosity quiet -p:RunAnalyzers=false >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    exit 3
  fi
  rm -f "$log"
  [ ! -e "$2" ] || touch "$2"
}

# Debian packages the end-to-end tests drive Lintel with: installed when this user may, reported otherwise.
install_packages() {
  local missing=() package
  for package in "$@"; do
    dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    say "not installed and not installable by this user: ${missing[*]} (tests that need them say so)"
    return 0
  fi
  say "installing ${missing[*]}"
  apt-get update -qq >/dev/null 2>&1 || true
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null 2>&1 ||
    say "could not install: ${missing[*]} (tests that need them say so)"
}
