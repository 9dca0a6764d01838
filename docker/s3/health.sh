#!/bin/sh
# Up: the user exists and the gateway answers.
[ -e /tmp/s3/up ] && exec curl -fsS -m 4 -o /dev/null http://127.0.0.1:8480/
