#!/usr/bin/env bash
# What the GitHub action runs: its inputs come as INPUT_… variables, never as text of a script.
set -euo pipefail
set -f # patterns in INPUT_FILES are for apps-contract to expand

options=()
[ -z "${INPUT_SCHEMA:-}" ] || options+=(--schema "$INPUT_SCHEMA")
[ -z "${INPUT_EDITION:-}" ] || options+=(--edition "$INPUT_EDITION")
[ -z "${INPUT_LEVEL:-}" ] || options+=(--level "$INPUT_LEVEL")
[ "${INPUT_STRICT:-false}" != true ] || options+=(--strict)
read -r -d '' -a files <<<"$INPUT_FILES" || true

if [ -n "${INPUT_SARIF:-}" ]; then
  apps-contract validate "${options[@]}" --format sarif --output "$INPUT_SARIF" -- "${files[@]}" || true
fi
apps-contract validate "${options[@]}" --format github -- "${files[@]}"
