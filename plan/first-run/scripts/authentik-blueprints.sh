# Applies our blueprints now, in this order. Left alone the worker applies a file only when its text is new to it:
# not after a new secret, and not over what was changed by hand.
# Values: blueprints (paths below /blueprints, separated by spaces).

# Each start of Authentik's Python takes seconds and 250 MiB: one for all files. At a worker's first start it may meet
# the worker itself at the same objects, and end with a duplicate key: then again.
apply() {
  until ak apply_blueprint $blueprints; do
    again || return 1
  done
}

# It stops at the first file that it refuses, without saying which.
apply_one_by_one() {
  for blueprint in $blueprints; do
    ak apply_blueprint "$blueprint" && continue
    echo "Authentik refuses the blueprint $blueprint: docker logs authentik-worker" >&2
    exit 1
  done
}

main() {
  apply || apply_one_by_one
  echo unchanged
}

main </dev/null
