# The sign-on source, added or put right. Values: name, client, secret, discovery, admins.

# Forgejo fetches the discovery document when it adds or changes a source, and refuses where it cannot.
wait_for_discovery() {
  until curl -fsS -m 10 -o /dev/null "$discovery"; do
    again || { echo "Authentik does not answer at $discovery. Are the tunnel up and the blueprints applied?" >&2; exit 1; }
  done
}

# One column of our source in the list, whose columns tabs part: other names may hold spaces.
column() {
  printf '%s\n' "$sources" | awk -F '\t+' -v name="$name" -v column="$1" '$2 == name { print $column; exit }'
}

# What Forgejo stored of the source. The command line shows the secret nowhere, and the running server goes on with the
# old one, so that it must be known whether it is another. An added source has no addresses of its own, and an updated
# one has an empty list of them, which is the same.
stored() {
  sqlite3 -readonly /data/gitea/gitea.db \
    "SELECT json_remove(cfg, '\$.CustomURLMapping') FROM login_source WHERE name = '$name'" || echo "unreadable $1"
}

# Its command line takes a client secret only as an argument, and its API knows no sources: for the moment of the call
# everybody on the host may read it (docs/first-run.md, named exception).
configure() {
  forgejo admin auth "$@" --name "$name" --provider openidConnect --key "$client" --secret "$secret" \
    --auto-discover-url "$discovery" --scopes email --scopes profile --skip-local-2fa \
    --group-claim-name groups --admin-group "$admins"
}

main() {
  wait_for_discovery
  sources=$(forgejo admin auth list) ||
    { echo "Forgejo does not list its sign-on sources: docker logs forgejo" >&2; exit 1; }
  id=$(column 1)
  kind=$(column 3)
  if [ -n "$id" ] && [ "$kind" != OAuth2 ]; then
    echo "Forgejo has a source $name of the kind $kind: rename or delete it under Site administration, Authentication sources" >&2
    exit 1
  fi
  if [ -z "$id" ]; then
    configure add-oauth || { echo "Forgejo refused the source $name: see the line above" >&2; exit 1; }
    echo changed
    return
  fi
  before=$(stored before)
  configure update-oauth --id "$id" || { echo "Forgejo refused to change the source $name: see the line above" >&2; exit 1; }
  if [ "$(stored after)" = "$before" ]; then echo unchanged; else echo changed; fi
}

main </dev/null
