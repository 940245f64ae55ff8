# ---- nothing to fill in below this line ----
PATH=$PATH:/usr/sbin
LC_ALL=C
export PATH LC_ALL
umask 077

have=no
test "$1" = have && have=yes
say() { echo "portseal collect: $*" >&2; }
if test -z "$SYSTEM" || test -z "$OUT"; then
  say "fill in SYSTEM and OUT at the top of this script"
  exit 2
fi
DIR=$OUT/$SYSTEM
MANIFEST=$DIR/manifest.txt
if test $have = no && test -s "$MANIFEST"; then
  say "$DIR holds a collection: move it away, or set OUT"
  exit 2
fi
mkdir -p "$DIR/policy" "$DIR/rings" || exit 2
TMP=$DIR/work.$$
trap 'rm -f "$TMP".*' 0
trap 'exit 130' 1 2 15
test -n "$HLQ" || HLQ=$(id -un | tr a-z A-Z)

now() { date -u +%Y-%m-%dT%H:%M:%SZ; }
note() { echo "$*" >>"$MANIFEST"; }
stamp() { note "file $(now) $1"; }
failed() {
  say "$*"
  note "failed $(now) $*"
  rm -f "$DIR/$1"
}
skipped() {
  say "$1: left out, since $2 is not filled in"
  note "skipped $1 $2 is not filled in"
}

# take FILE COMMAND...: keep what a command prints.
take() {
  file=$1
  shift
  if test $have = yes && test -s "$DIR/$file"; then
    stamp "$file"
    return 0
  fi
  "$@" >"$DIR/$file" 2>"$TMP.err" </dev/null
  rc=$?
  if test $rc -eq 0 && test -s "$DIR/$file"; then
    stamp "$file"
    return 0
  fi
  why=$(cat "$TMP.err" "$DIR/$file" | grep . | tail -n 1)
  failed "$file" "$1 ended with $rc: ${why:-it printed nothing}"
  return 1
}

# fetch NAME: print a file of z/OS UNIX or a data set.
fetch() {
  case $1 in
  /*) cat "$1" ;;
  *)
    rm -f "$TMP.set"
    cp "//'$1'" "$TMP.set" && cat "$TMP.set"
    ;;
  esac
}

tso() { tsocmd "$1" </dev/null; }

# told FILE VARIABLE VALUE: fetch a file that a variable names.
told() {
  if test -z "$3"; then
    skipped "$1" "$2"
  else
    take "$1" fetch "$3"
  fi
}

rm -f "$MANIFEST"
note "portseal-inputs 1"
note "system $SYSTEM"
note "node $(uname -n)"
note "release $(uname -r) $(uname -v)"
note "started $(now)"

# The AT-TLS policy: what is installed, and the files it came from.
if test -n "$STACK"; then
  take pasearch.txt pasearch -t -p "$STACK"
else
  take pasearch.txt pasearch -t
fi
echo "$POLICY" >"$TMP.policy"
while read -r where; do
  test -n "$where" || continue
  base=${where##*/}
  case $base in
  *'('*) base=${base#*'('} base=${base%')'} ;;
  esac
  unique=$base n=1
  while test -f "$DIR/policy/$unique"; do
    n=$((n + 1))
    unique=$base.$n
  done
  take "policy/$unique" fetch "$where"
done <"$TMP.policy"
test -n "$POLICY" || skipped policy/ POLICY

# Connections.
connections() {
  file=$1
  shift
  test -n "$STACK" && set -- "$@" -p "$STACK"
  test "$1" != -x && test -n "$JOBS" && set -- "$@" -E $JOBS
  take "$file" netstat "$@"
}
connections netstat-conn.txt -c
connections netstat-all.txt -A
connections netstat-ttls.txt -x

# Query Monitor's parameters, and what the TCP/IP profile says of AT-TLS.
told qm-server.txt SERVER_PARAMS "$SERVER_PARAMS"
told qm-agent.txt AGENT_PARAMS "$AGENT_PARAMS"
profile() {
  fetch "$TCPIP_PROFILE" >"$TMP.profile" || return 1
  echo "; the lines with these words, of $TCPIP_PROFILE"
  grep -i -e TCPCONFIG -e TTLS -e INCLUDE "$TMP.profile"
  return 0
}
if test -z "$TCPIP_PROFILE"; then
  skipped tcpip-profile.txt TCPIP_PROFILE
else
  take tcpip-profile.txt profile
fi

# Key rings: what is listed, and each certificate without its key.
listing() {
  case $1 in
  '*AUTH*/*') tso "RACDCERT CERTAUTH LIST" ;;
  '*SITE*/*') tso "RACDCERT SITE LIST" ;;
  *'/*') tso "RACDCERT ID(${1%%/*}) LIST" ;;
  *) tso "RACDCERT ID(${1%%/*}) LISTRING(${1#*/})" ;;
  esac
}
# labels OWNER/RING FILE: print owner and label of each certificate.
labels() {
  case $1 in
  '*AUTH*/*') owner=CERTAUTH ;;
  '*SITE*/*') owner=SITE ;;
  *'/*') owner="ID(${1%%/*})" ;;
  *)
    awk '
      NF > 3 && ($NF == "YES" || $NF == "NO") {
        sub(/ *(YES|NO) *$/, "")
        sub(/ *(PERSONAL|CERTAUTH|SITE) *$/, "")
        owner = $NF
        label = substr($0, 1, length($0) - length(owner))
        known = owner == "CERTAUTH" || owner == "SITE"
        if (known || substr(owner, 1, 3) == "ID(") print owner, label
      }' "$2"
    return
    ;;
  esac
  awk -v owner="$owner" '
    $1 == "Label:" { sub(/ *Label: */, ""); print owner, $0 }' "$2"
}
# certificate OWNER LABEL: export it, and print it as PEM.
certificate() {
  set_name=$HLQ.PORTSEAL.CERT
  if tso "LISTDS '$set_name'" >/dev/null 2>&1; then
    echo "data set $set_name exists: delete it, or set HLQ" >&2
    return 1
  fi
  what="EXPORT(LABEL('$2')) DSN('$set_name') FORMAT(CERTB64)"
  tso "RACDCERT $1 $what" >"$TMP.tso" 2>&1
  rc=$?
  if test $rc -eq 0; then
    fetch "$set_name"
    rc=$?
    tso "DELETE '$set_name'" >/dev/null 2>&1
  else
    cat "$TMP.tso" >&2
  fi
  return $rc
}
ring() {
  name=$1 where=$2
  case $where in
  ?*/?*) ;;
  *)
    skipped "rings/$name.txt" "OWNER/RING of $name in RINGS"
    return
    ;;
  esac
  take "rings/$name.txt" listing "$where" || return
  labels "$where" "$DIR/rings/$name.txt" >"$TMP.labels"
  mkdir -p "$DIR/rings/$name"
  count=0
  while read -r owner label; do
    count=$((count + 1))
    quoted=$(echo "$label" | sed "s/'/''/g")
    case $have$where in
    yes* | *'/*') ;;
    *)
      tso "RACDCERT $owner LIST(LABEL('$quoted'))" >"$TMP.list" 2>"$TMP.err"
      rc=$?
      cat "$TMP.list" >>"$DIR/rings/$name.txt"
      why=$(cat "$TMP.err" "$TMP.list" | grep . | tail -n 1)
      test $rc -eq 0 ||
        failed "rings/$name/$count" "LIST of $owner $label ended with $rc: $why"
      ;;
    esac
    take "rings/$name/$count.pem" certificate "$owner" "$quoted"
  done <"$TMP.labels"
}
echo "$RINGS" >"$TMP.rings"
while IFS== read -r name where; do
  test -n "$name" && ring "$name" "$where"
done <"$TMP.rings"
test -n "$RINGS" || skipped rings/ RINGS

note "finished $(now)"
test $have = yes && rm -f "$DIR/collect.sh"
count() {
  awk -v word="$1" '$1 == word { n++ } END { print n + 0 }' "$MANIFEST"
}
sum="$(count file) files, $(count failed) failed, $(count skipped) left out"
say "$DIR: $sum"
say "bring $OUT over as it is, then: portseal verify ESTATE --inputs FOLDER"
test "$(count failed)" -eq 0 || exit 4
