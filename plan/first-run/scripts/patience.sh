# How long a script waits for what still starts: until some seconds after its own start, whatever a try takes.
# Values: seconds, pause.
deadline=$(($(date +%s) + seconds))

# Waits, or fails where the time is up.
again() {
  [ "$(date +%s)" -lt "$deadline" ] && sleep "$pause"
}
