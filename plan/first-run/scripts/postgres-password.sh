# Tells the database the password that its users have. The data folder remembers the one it was made with, so that
# POSTGRES_PASSWORD alone changes nothing. Values: user, database, password, tries, pause.

# By TCP: the temporary server of the very first start listens on the socket alone. On 127.0.0.1 the image's own
# rules ask for no password.
ask() {
  psql -h 127.0.0.1 -w -X -q -v ON_ERROR_STOP=1 -U "$user" -d "$database"
}

main() {
  until printf 'SELECT 1;\n' | ask >/dev/null 2>&1; do
    tries=$((tries - 1))
    if [ "$tries" -le 0 ]; then
      echo "The database $database does not answer $user: docker logs postgres" >&2
      exit 1
    fi
    sleep "$pause"
  done
  # The first line keeps the statement out of the server's log should it fail.
  ask <<SQL || { echo "ALTER ROLE $user was refused: docker logs postgres" >&2; exit 1; }
SET log_min_error_statement = 'panic';
ALTER ROLE "$user" PASSWORD '$password';
SQL
  echo unchanged
}

main
