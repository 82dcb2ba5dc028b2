#!/bin/sh
# Sends an alert as a CloudEvent, structured, then its end, binary. ESCALADE_URL and ESCALADE_KEY say where and as whom.
set -eu
url="${ESCALADE_URL:-http://127.0.0.1:8080}/v1/monitors/cloudevents"
began="${BEGAN:-$(date -u +%Y-%m-%dT%H:%M:%SZ)}"

curl --silent --show-error --fail-with-body --retry 5 --retry-all-errors \
  --header "Authorization: Bearer ${ESCALADE_KEY:?}" --header 'Content-Type: application/cloudevents+json' \
  --data-binary @- "$url" <<EVENT
{"specversion": "1.0", "id": "1", "source": "https://probe.example/lyon", "type": "example.alert.firing",
 "subject": "gate-4/temperature",
 "data": {"organisation": "${ORGANISATION:-ACME}", "severity": "critical", "summary": "Gate 4: 81 degrees",
          "started_at": "$began"}}
EVENT
echo

curl --silent --show-error --fail-with-body --retry 5 --retry-all-errors \
  --header "Authorization: Bearer ${ESCALADE_KEY:?}" --header 'Content-Type: application/json' \
  --header 'ce-specversion: 1.0' --header 'ce-id: 2' --header 'ce-source: https://probe.example/lyon' \
  --header 'ce-type: example.alert.resolved' --header 'ce-subject: gate-4/temperature' \
  --data-binary "{\"organisation\": \"${ORGANISATION:-ACME}\", \"summary\": \"Gate 4: 40 degrees\"}" "$url"
echo
