#!/usr/bin/env bash
# Makes a bucket, once; says nothing when it is there.   bucket.sh ADDRESS NAME
set -euo pipefail

keys=${S3_KEYS:?the folder with the files access-key and secret-key}
# On standard input, so that no list of processes shows the key.
status=$(printf 'user = "%s:%s"\n' "$(<"$keys/access-key")" "$(<"$keys/secret-key")" |
    curl -sS -K - --retry 20 --retry-connrefused --retry-delay 1 --aws-sigv4 aws:amz:us-east-1:s3 -H "x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" -X PUT -o /tmp/answer -w '%{http_code}' "$1/$2")
case $status in
    200 | 409) echo "The bucket $2 is there." ;;
    *)
        echo "The bucket $2 could not be made: $status" >&2
        cat /tmp/answer >&2
        exit 1
        ;;
esac
