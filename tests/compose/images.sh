#!/usr/bin/env bash
# The images that docker-compose.yml names and does not build. Each is taken from its registry; where none answers, some are stood in for, under the public
# name, by what this machine has: Debian through debootstrap, .NET as it is installed here, Redis and Prometheus as Debian packages them. The others are named
# at the end, on standard output, so that they can be left out. Stand-ins carry a label:
#
#   docker image rm $(docker images -q --filter label=customertrack.stand-in)
set -euo pipefail
cd "$(dirname "$0")/../.."

say() { echo "$*" >&2; }
is_here() { docker image inspect "$1" >/dev/null 2>&1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A registry that does not answer is asked once.
reached=unknown
pull() {
    [ "$reached" != no ] || return 1
    if timeout 600 docker pull -q "$1" >"$work/pull" 2>&1; then
        reached=yes
        return 0
    fi
    say "$1 cannot be pulled: $(tail -n 1 "$work/pull" | cut -c1-200)"
    [ "$reached" = yes ] || reached=no
    return 1
}

needs() { command -v "$1" >/dev/null || { say "A stand-in needs $1, which is not installed."; exit 3; }; }

build() { # build NAME: a Dockerfile on standard input, in a folder of its own
    say "Standing in for $1."
    cat > "$2/Dockerfile"
    DOCKER_BUILDKIT=0 docker build -q --network "${BUILD_NETWORK:-default}" --label customertrack.stand-in=true -t "$1" "$2" >/dev/null 2>"$work/build" || { cat "$work/build" >&2; exit 1; }
}

debian() {
    needs debootstrap
    say "Standing in for $1."
    local mirror
    mirror=$({ cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources 2>/dev/null || true; } | sed -nE 's/^(URIs:|deb( \[[^]]*\])?) +(http[^ ]*).*/\3/p' | head -n 1)
    debootstrap --variant=minbase --include=ca-certificates,tzdata bookworm "$work/root" "${mirror:-http://deb.debian.org/debian}" >"$work/debootstrap" 2>&1 ||
        { tail -n 5 "$work/debootstrap" >&2; exit 1; }
    tar -C "$work/root" --exclude=./var/cache/apt/archives/*.deb -c . | docker import --change 'CMD ["bash"]' --change 'LABEL customertrack.stand-in=true' - "$1" >/dev/null
    rm -rf "$work/root"
}

# dotnet NAME PARTS...: the parts of the installation here that the image has
dotnet_image() {
    needs dotnet
    local name=$1 here folder=$work/dotnet
    shift
    here=$(dirname "$(readlink -f "$(command -v dotnet)")")
    rm -rf "$folder"
    mkdir "$folder"
    tar -C "$here" -cf "$folder/dotnet.tar" "$@"
    # Registries are trusted, and reached, as they are from here.
    cp /etc/ssl/certs/ca-certificates.crt "$folder/"
    build "$name" "$folder" <<'IMAGE'
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends libicu72 libssl3 libstdc++6 zlib1g libgssapi-krb5-2 && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid=1654 app && useradd --no-log-init --uid=1654 --gid=1654 --create-home app
ENV APP_UID=1654 ASPNETCORE_HTTP_PORTS=8080 DOTNET_RUNNING_IN_CONTAINER=true DOTNET_NOLOGO=true DOTNET_CLI_TELEMETRY_OPTOUT=1 NUGET_CERT_REVOCATION_MODE=offline
ADD dotnet.tar /usr/share/dotnet/
COPY ca-certificates.crt /etc/ssl/certs/
RUN ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet
IMAGE
}

redis_image() {
    mkdir -p "$work/redis"
    build "$1" "$work/redis" <<'IMAGE'
FROM debian:bookworm-slim
RUN groupadd -r -g 999 redis && useradd -r -g redis -u 999 redis \
    && apt-get update && apt-get install -y --no-install-recommends redis-server && rm -rf /var/lib/apt/lists/* \
    && mkdir -p /data && chown redis:redis /data
VOLUME /data
WORKDIR /data
CMD ["redis-server"]
IMAGE
}

prometheus_image() {
    mkdir -p "$work/prometheus"
    build "$1" "$work/prometheus" <<'IMAGE'
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends prometheus wget && rm -rf /var/lib/apt/lists/* \
    && mkdir -p /prometheus && chown 65534:65534 /prometheus
VOLUME /prometheus
ENTRYPOINT ["prometheus"]
IMAGE
}

get() { # get NAME STAND-IN...
    local name=$1
    shift
    is_here "$name" || pull "$name" || "$@"
}

get debian:bookworm-slim debian debian:bookworm-slim
get mcr.microsoft.com/dotnet/sdk:10.0 dotnet_image mcr.microsoft.com/dotnet/sdk:10.0 .
get mcr.microsoft.com/dotnet/aspnet:10.0 dotnet_image mcr.microsoft.com/dotnet/aspnet:10.0 host shared dotnet

# Every other image the file names is one of these, or is left out.
sed -nE 's/^ +image: +([^ ]+)$/\1/p' docker-compose.yml | grep -v '^customertrack' | sort -u | while read -r name; do
    case $name in
        redis:*) get "$name" redis_image "$name" ;;
        prom/prometheus:*) get "$name" prometheus_image "$name" ;;
        *) get "$name" echo "$name" ;;
    esac
done
