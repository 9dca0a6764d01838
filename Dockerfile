# The service. Builds with BuildKit and with the builder before it.
#
#   docker build -t customertrack .
#   docker run --rm -v customertrack:/data -p 127.0.0.1:8080:8080 -e CUSTOMERTRACK_Api__Keys__me__Key="$(openssl rand -hex 32)" customertrack
#
# Major and minor version are pinned, so that a build takes the newest security fixes of the base images and nothing else.
ARG DOTNET_VERSION=10.0

FROM mcr.microsoft.com/dotnet/sdk:${DOTNET_VERSION} AS build
WORKDIR /source

# Packages are restored anew only when what names them changes.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY src/Contracts/Contracts.csproj src/Contracts/
COPY src/Generator/Generator.csproj src/Generator/
COPY src/Grains/Grains.csproj src/Grains/
COPY src/Warehouse/Warehouse.csproj src/Warehouse/
COPY src/Silo/Silo.csproj src/Silo/
# SNOWFLAKE_DRIVER=true takes Snowflake's ADO.NET driver in, where the package feed holds it.
ARG SNOWFLAKE_DRIVER=false
RUN dotnet restore src/Silo/Silo.csproj --use-current-runtime -p:SnowflakeDriver=${SNOWFLAKE_DRIVER}

COPY .editorconfig ./
COPY dimensions dimensions
COPY sql sql
COPY src src
RUN dotnet publish src/Silo/Silo.csproj -c Release --no-restore --use-current-runtime --no-self-contained -p:SnowflakeDriver=${SNOWFLAKE_DRIVER} -p:PublishDocumentationFiles=false -p:DebugType=none -o /app

FROM mcr.microsoft.com/dotnet/aspnet:${DOTNET_VERSION}
LABEL org.opencontainers.image.title="CustomerTrack" \
      org.opencontainers.image.description="A real-time SCD pipeline: current state and full history of customers, from files that are late, duplicated and dirty." \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /app /app
# The base image has the user app (1654). A new volume takes its owner from this folder.
RUN mkdir /data && chown app:app /data
# Nothing is written but to /data and /tmp, so that the root may be read-only. The address is given to run below, and diagnostics by others in the container are off.
ENV PATH="/app:${PATH}" \
    ASPNETCORE_HTTP_PORTS="" \
    DOTNET_EnableDiagnostics=0
USER 1654
WORKDIR /data
VOLUME /data
EXPOSE 8080
# A stop finishes what is under way: give it at least a minute (docker stop -t 60).
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=3 CMD ["customertrack", "health"]
ENTRYPOINT ["customertrack"]
CMD ["run", "--data", "/data", "--url", "http://0.0.0.0:8080"]
