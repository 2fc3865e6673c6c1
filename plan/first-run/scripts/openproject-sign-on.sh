# Its sign-on settings come from its environment and are taken over by the seeds, which run at every start of the
# container. Where they are missing all the same, the seeds run once more.
# Values: table, column, name.

# "1" where the settings are in its database; anything else where they are not, or where it cannot be asked.
seeded() {
  psql "$DATABASE_URL" -w -X -qtA -c "SELECT count(*) FROM $table WHERE $column = '$name'" 2>/dev/null
}

main() {
  case $(seeded) in
    [1-9]*) echo unchanged; return ;;
  esac
  until bundle exec rake db:seed; do
    again || { echo "OpenProject's seeds failed: see the lines above, and docker logs openproject" >&2; exit 1; }
  done
  case $(seeded) in
    0) echo "OpenProject's seeds ran and made no sign-on $name: see the lines above" >&2; exit 1 ;;
  esac
  echo changed
}

main </dev/null
