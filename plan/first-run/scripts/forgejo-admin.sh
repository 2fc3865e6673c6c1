# The program's own administrator with the generated password, made or put right.
# Values: api, user, email, password.

# HTTP status of a request with the password, which curl reads from its standard input.
sign_in() {
  printf 'user = "%s:%s"\n' "$user" "$password" |
    curl -sS -m 20 -K - -o /dev/null -w '%{http_code}' "$api/api/v1/user" || true
}

wait_for_forgejo() {
  until curl -fsS -m 10 -o /dev/null "$api/api/healthz"; do
    again || { echo "Forgejo does not answer at $api: docker logs forgejo" >&2; exit 1; }
  done
}

# The list's columns are number, name and e-mail: whether one of the accounts has this text there.
has() {
  printf '%s\n' "$users" | awk -v column="$1" -v text="$2" '$column == text { found = 1 } END { exit !found }'
}

# An e-mail belongs to one account only, and where Forgejo was used before, this one may be its owner's.
free_email() {
  if has 3 "$email"; then echo "$user@localhost"; else echo "$email"; fi
}

main() {
  wait_for_forgejo
  case $(sign_in) in
    200) echo unchanged; return ;;
    401 | 403) ;;
    *) echo "Forgejo did not say whether $user may sign in: docker logs forgejo" >&2; exit 1 ;;
  esac
  users=$(forgejo admin user list) || { echo "Forgejo does not list its users: docker logs forgejo" >&2; exit 1; }
  # Its command line takes a password only as an argument: visible in the container, for the moment of the call.
  if has 2 "$user"; then
    forgejo admin user change-password --username "$user" --password "$password" --must-change-password=false
  else
    forgejo admin user create --admin --username "$user" --password "$password" --email "$(free_email)" \
      --must-change-password=false
  fi || { echo "Forgejo refused the administrator $user: see the line above" >&2; exit 1; }
  if [ "$(sign_in)" != 200 ]; then
    echo "Forgejo took the password of $user and then refused it. A second factor is removed by: docker exec -u git" \
      "forgejo forgejo admin user reset-mfa --username $user. Otherwise see under Site administration, User accounts," \
      "whether $user may sign in, and with a local password." >&2
    exit 1
  fi
  echo changed
}

main </dev/null
