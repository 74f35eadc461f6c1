# syntax=docker/dockerfile:1
# sommet and nothing else: no compiler, no package manager's cache, no tests; runs as nobody of note on a
# root that may be read-only (/tmp and /var/lib/sommet are written). docs/docker.md says how to run it.
ARG PYTHON=3.11.14-slim-bookworm

FROM python:${PYTHON} AS build
WORKDIR /src
# Every package is pinned and checked by its hash; `make lock` writes both files.
COPY ops/docker/build.lock ops/docker/run.lock ops/docker/
RUN python3 -m venv /opt/build \
 && /opt/build/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r ops/docker/build.lock
RUN python3 -m venv /opt/sommet \
 && /opt/sommet/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r ops/docker/run.lock
COPY LICENSE NOTICE README.md pyproject.toml ./
COPY consumers consumers
COPY producers producers
COPY schemas schemas
COPY sommet sommet
RUN /opt/build/bin/hatchling build -t wheel -d /dist \
 && /opt/sommet/bin/pip install --no-cache-dir --disable-pip-version-check --no-index --no-deps /dist/*.whl \
 && /opt/sommet/bin/pip uninstall --yes --quiet pip
# The models load and the bundled week comes through, on this base and without a network.
RUN /opt/sommet/bin/sommet demo > /dev/null

FROM python:${PYTHON}
LABEL org.opencontainers.image.title="sommet" \
      org.opencontainers.image.description="Tells you when Russia and China do something together, or to each other" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/sommet /opt/sommet
RUN install -d -o 10001 -g 10001 /var/lib/sommet
ENV PATH=/opt/sommet/bin:$PATH \
    HOME=/tmp \
    LANG=C.UTF-8 \
    OMP_NUM_THREADS=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    SOMMET_LOG=json
USER 10001:10001
WORKDIR /var/lib/sommet
EXPOSE 9464
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s --retries=3 \
  CMD ["python3", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:9464/live', timeout=5)"]
ENTRYPOINT ["sommet"]
CMD ["run"]
