#!/bin/sh
# Checks every credential in a folder with touchstone-verify, and prints those that are not in force. It starts the program
# once a file; `touchstone-verify FOLDER` does it in one run, PDF files and pictures too.
#
#   TOUCHSTONE_OWNER_KEY=z6Mk… TOUCHSTONE_TRUST=https://registry.example/trust.json check-folder.sh FOLDER [OPTION…]
#
# Options are touchstone-verify's own, such as --accept-test.
#
# Ends with 0 when all are in force, 1 when one is not, 2 when one could not be told.
set -u
folder=$1
shift
code=0
for file in "$folder"/*.json; do
  touchstone-verify "$@" "$file" >/dev/null
  case $? in
    0) ;;
    1) echo "not in force: $file"; code=1 ;;
    *) echo "could not tell: $file"; [ "$code" -eq 0 ] && code=2 ;;
  esac
done
exit "$code"
