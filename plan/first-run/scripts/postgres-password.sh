# Tells the database the password that its users have. The data folder remembers the one it was made with, so that
# POSTGRES_PASSWORD alone changes nothing. Values: user, database, password.

# By TCP: the temporary server of the very first start listens on the socket alone. On 127.0.0.1 the image's own
# rules ask for no password. Terse errors do not repeat the statement, which holds the password.
ask() {
  PGCONNECT_TIMEOUT=10 psql -h 127.0.0.1 -w -X -q -v ON_ERROR_STOP=1 -v VERBOSITY=terse -U "$user" -d "$database"
}

main() {
  until said=$(printf 'SELECT 1;\n' | ask 2>&1 >/dev/null); do
    again || { echo "The database $database does not answer $user ($said): docker logs postgres" >&2; exit 1; }
  done
  # The first line keeps the statement out of the server's log should it fail.
  ask <<SQL || { echo "ALTER ROLE $user was refused: docker logs postgres" >&2; exit 1; }
SET log_min_error_statement = 'panic';
ALTER ROLE "$user" PASSWORD '$password';
SQL
  echo unchanged
}

main
