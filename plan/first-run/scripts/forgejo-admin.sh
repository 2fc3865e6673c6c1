# The program's own administrator with the generated password, made or put right.
# Values: api, user, email, password.
#
# Forgejo's command line takes a password only as an argument, and everybody on the host may read the arguments of every
# process. So the command line makes the account, with a password that nobody learns, and a token for some seconds; the
# password itself goes to the API in a request that curl reads from its standard input.

# Tokens of this script; the number tells its runs apart, because a name can be used once.
mark=kitestacks-first-run-
token_name=$mark$(date +%s)

# What curl reads: who asks, and what else the caller adds.
as_user() { printf 'user = "%s:%s"\n' "$user" "$password"; }

# HTTP status of a request, whose secrets come by standard input.
status() { curl -sS -m 20 -K - -o /dev/null -w '%{http_code}' "$@" || true; }

sign_in() { as_user | status "$api/api/v1/user"; }

wait_for_forgejo() {
  until curl -fsS -m 10 -o /dev/null "$api/api/healthz"; do
    again || { echo "Forgejo does not answer at $api: docker logs forgejo" >&2; exit 1; }
  done
}

# The list's columns are number, name, e-mail, and at the end whether there is a second factor: whether one of the
# accounts has these texts there.
has() {
  printf '%s\n' "$users" |
    awk -v column="$1" -v text="$2" -v factor="${3:-}" \
      '$column == text && (factor == "" || $NF == factor) { found = 1 } END { exit !found }'
}

# An e-mail belongs to one account only, and where Forgejo was used before, this one may be its owner's.
free_email() {
  if has 3 "$email"; then echo "$user@localhost"; else echo "$email"; fi
}

# Forgejo prints the password that it invented.
make_account() {
  forgejo admin user create --admin --username "$user" --random-password --email "$(free_email)" \
    --must-change-password=false >/dev/null
}

# Whoever still has to change the password may not use the API.
set_password() {
  forgejo admin user must-change-password --unset "$user" >/dev/null &&
    token=$(forgejo admin user generate-access-token --username "$user" --token-name "$token_name" \
      --scopes write:admin --raw) ||
    { echo "Forgejo made no access token for $user: see the line above" >&2; exit 1; }
  answer=$(printf 'header = "Authorization: token %s"\ndata = "{\\"password\\": \\"%s\\"}"\n' "$token" "$password" |
    status -X PATCH -H 'Content-Type: application/json' "$api/api/v1/admin/users/$user")
  [ "$answer" = 200 ] || {
    echo "Forgejo did not take the password of $user (HTTP $answer). Is it an administrator, active, and allowed to sign" \
      "in, under Site administration, User accounts?" >&2
    exit 1
  }
}

# Those of a run that broke off as well. Their values were never written down.
drop_tokens() {
  names=$(as_user | curl -fsS -m 20 -K - "$api/api/v1/users/$user/tokens") ||
    { echo "Forgejo does not list the access tokens of $user: docker logs forgejo" >&2; exit 1; }
  for name in $(printf '%s\n' "$names" | grep -o "$mark[0-9]*" | sort -u); do
    [ "$(as_user | status -X DELETE "$api/api/v1/users/$user/tokens/$name")" = 204 ] || {
      echo "Forgejo keeps the access token $name of $user: delete it as $user under Settings, Applications" >&2
      exit 1
    }
  done
}

main() {
  wait_for_forgejo
  case $(sign_in) in
    200) drop_tokens; echo unchanged; return ;;
    401 | 403) ;;
    *) echo "Forgejo did not say whether $user may sign in: docker logs forgejo" >&2; exit 1 ;;
  esac
  users=$(forgejo admin user list) || { echo "Forgejo does not list its users: docker logs forgejo" >&2; exit 1; }
  if has 2 "$user" true; then
    echo "Forgejo asks $user for a second factor, with which no password alone signs in. It is removed by: docker exec -u" \
      "git forgejo forgejo admin user reset-mfa --username $user" >&2
    exit 1
  fi
  has 2 "$user" || make_account || { echo "Forgejo refused the administrator $user: see the line above" >&2; exit 1; }
  set_password
  if [ "$(sign_in)" != 200 ]; then
    echo "Forgejo took the password of $user and then refused it. See under Site administration, User accounts, whether" \
      "$user may sign in, and with a local password." >&2
    exit 1
  fi
  drop_tokens
  echo changed
}

main </dev/null
