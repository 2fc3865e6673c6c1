# Applies our blueprints now, in this order: left alone the worker finds them at some later moment.
# Values: blueprints (paths below /blueprints, separated by spaces), tries, pause.

apply() {
  left=$tries
  until ak apply_blueprint "$1"; do
    left=$((left - 1))
    if [ "$left" -le 0 ]; then
      echo "Authentik refuses the blueprint $1: docker logs authentik-worker" >&2
      exit 1
    fi
    sleep "$pause"
  done
}

main() {
  for blueprint in $blueprints; do apply "$blueprint"; done
  echo unchanged
}

main </dev/null
