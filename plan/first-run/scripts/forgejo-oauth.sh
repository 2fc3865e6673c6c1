# The sign-on source, added or put right. Values: name, client, secret, discovery, admins, tries,
# pause.

# Forgejo fetches the discovery document when it adds a source, and drops the source when that fails.
wait_for_discovery() {
  until curl -fsS -m 10 -o /dev/null "$discovery"; do
    tries=$((tries - 1))
    if [ "$tries" -le 0 ]; then
      echo "Authentik does not answer at $discovery. Are the tunnel up and the blueprints applied?" >&2
      exit 1
    fi
    sleep "$pause"
  done
}

list() {
  forgejo admin auth list || { echo "Forgejo does not list its sign-on sources: docker logs forgejo" >&2; exit 1; }
}

# Its command line takes a client secret only as an argument: visible in the container, for the moment of the call.
configure() {
  forgejo admin auth "$@" --name "$name" --provider openidConnect --key "$client" --secret "$secret" \
    --auto-discover-url "$discovery" --scopes email --scopes profile --skip-local-2fa \
    --group-claim-name groups --admin-group "$admins"
}

main() {
  wait_for_discovery
  sources=$(list) || exit 1
  id=$(printf '%s\n' "$sources" | awk -v name="$name" '$2 == name { print $1; exit }')
  kind=$(printf '%s\n' "$sources" | awk -v name="$name" '$2 == name { print $3; exit }')
  if [ -n "$id" ] && [ "$kind" != OAuth2 ]; then
    echo "Forgejo has a source $name of the kind $kind: rename or delete it under Site administration, Authentication sources" >&2
    exit 1
  fi
  if [ -n "$id" ]; then
    configure update-oauth --id "$id" || { echo "Forgejo refused to change the source $name: see the line above" >&2; exit 1; }
    echo unchanged
    return
  fi
  configure add-oauth || { echo "Forgejo refused the source $name: see the line above" >&2; exit 1; }
  list | awk -v name="$name" '$2 == name { found = 1 } END { exit !found }' ||
    { echo "Forgejo dropped the source $name again, as it does when it cannot read $discovery" >&2; exit 1; }
  echo changed
}

main </dev/null
