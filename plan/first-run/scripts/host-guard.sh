# Loads the host's guard now, and has it loaded at every boot.
# Values: host, address, interface, service; path and text of three files: rulesPath, rules, unitPath, unit,
# afterFlushPath, afterFlush.

# Another user than root has no sbin on the way.
PATH=$PATH:/usr/sbin:/sbin
me=$(id -un </dev/null)
sudo=
[ "$(id -u </dev/null)" = 0 ] || sudo="sudo -n"

fail() {
  echo "$1" >&2
  exit 1
}

is_there() {
  [ "$(cat "$1" 2>/dev/null)" = "$2" ]
}

all_there() {
  is_there "$rulesPath" "$rules" && is_there "$unitPath" "$unit" && is_there "$afterFlushPath" "$afterFlush"
}

# Never half a file, and readable whatever root's umask is.
place() {
  is_there "$1" "$2" && return
  changed=yes
  printf '%s\n' "$2" | $sudo sh -c 'umask 022; mkdir -p "${1%/*}" && cat >"$1.new" && mv "$1.new" "$1"' sh "$1"
}

main() {
  for program in nft ip systemctl; do
    command -v "$program" >/dev/null ||
      fail "$host has no $program, which its guard needs: apt-get install nftables iproute2 systemd, as root on $host."
  done

  # The guard would shut out the tailnet itself.
  for found in $(ip -o -4 address show to "$address/32" | awk '{ print $2 }'); do
    case $found in
    "$interface" | lo) ;;
    *) fail "$host has its tailnet address $address on $found, and the guard lets in $interface only: correct host.tailnetAddress, or start tailscaled with --tun=$interface, its default." ;;
    esac
  done

  if [ -n "$sudo" ] && ! $sudo true 2>/dev/null; then
    if all_there && systemctl -q is-active "$service"; then
      echo unchanged
      return
    fi
    fail "$me on $host is not root and has no sudo without a password, and the guard needs root once: log in as root (host.docker: ssh) for this \`pulumi up\`, or let sudo ask $me for no password. Once the guard is there, neither is needed."
  fi

  # Even where nothing changed: somebody may have taken the table away.
  printf '%s\n' "$rules" | $sudo nft -f - ||
    fail "nft on $host refuses the guard; the lines above say why."

  changed=no
  place "$rulesPath" "$rules" && place "$unitPath" "$unit" && place "$afterFlushPath" "$afterFlush" ||
    fail "The guard of $host is loaded, and will be gone after its next boot: its files cannot be written. The line above says why."
  $sudo systemctl -q enable "$service" ||
    fail "The guard of $host is loaded, and will be gone after its next boot: systemd does not take $service. The line above says why."

  # Where no systemd runs (in a container) there is nothing to tell.
  if [ -d /run/systemd/system ]; then
    $sudo systemctl daemon-reload && $sudo systemctl start "$service" ||
      fail "$service of $host does not start; the line above and \`journalctl -u $service\` say why."
  fi
  if [ "$changed" = yes ]; then echo changed; else echo unchanged; fi
}

# `sh -s` reads this text from its standard input: what reads that too would take away the rest.
main </dev/null
