# The program's own administrator with the generated password, made or put right.
# Values: api, user, email, password, tries, pause.

# HTTP status of a request with the password, which curl reads from its standard input.
sign_in() {
  printf 'user = "%s:%s"\n' "$user" "$password" |
    curl -sS -m 20 -K - -o /dev/null -w '%{http_code}' "$api/api/v1/user" || true
}

wait_for_forgejo() {
  until curl -fsS -m 10 -o /dev/null "$api/api/healthz"; do
    tries=$((tries - 1))
    if [ "$tries" -le 0 ]; then
      echo "Forgejo does not answer at $api: docker logs forgejo" >&2
      exit 1
    fi
    sleep "$pause"
  done
}

exists() {
  users=$(forgejo admin user list) || { echo "Forgejo does not list its users: docker logs forgejo" >&2; exit 1; }
  printf '%s\n' "$users" | awk -v user="$user" '$2 == user { found = 1 } END { exit !found }'
}

main() {
  wait_for_forgejo
  case $(sign_in) in
    200) echo unchanged; return ;;
    401 | 403) ;;
    *) echo "Forgejo did not say whether $user may sign in: docker logs forgejo" >&2; exit 1 ;;
  esac
  # Its command line takes a password only as an argument: visible in the container, for the moment of the call.
  if exists; then
    forgejo admin user change-password --username "$user" --password "$password" --must-change-password=false
  else
    forgejo admin user create --admin --username "$user" --password "$password" --email "$email" \
      --must-change-password=false
  fi || { echo "Forgejo refused the administrator $user: see the line above" >&2; exit 1; }
  if [ "$(sign_in)" != 200 ]; then
    echo "Forgejo took the password of $user and then refused it. Is another account called $user a sign-on account?" >&2
    exit 1
  fi
  echo changed
}

main </dev/null
