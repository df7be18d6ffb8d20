# The bot with a worker beside it. Nothing comes from the system: ffmpeg and the fonts, those for
# Chinese, Japanese, Korean and emoji too, come with packages. docs/deploy.md says how it is run.
FROM python:3.11.14-slim-bookworm AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.cache/pip \
    python -m pip wheel --no-deps --wheel-dir /wheels .

FROM python:3.11.14-slim-bookworm
# Most of the image, and seldom new. What a commit changes is the small layer after it.
COPY requirements.txt /pinned/
RUN --mount=type=cache,target=/root/.cache/pip \
    python -m pip install --no-deps -r /pinned/requirements.txt \
    dynamic-font==1.2.4 manimgx-fonts-cjk==2026.9.26.post1
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    python -m pip install --no-cache-dir --no-deps --no-index /wheels/*.whl
# /telegram is for the files of a Bot API server of one's own.
RUN mkdir /data /telegram && chown 10001:10001 /data /telegram
USER 10001:10001
ENV DATA_DIR=/data HOME=/tmp HOST=0.0.0.0 PORT=8080
WORKDIR /data
VOLUME /data
EXPOSE 8080
# A stop lets jobs finish for 25 s: run with --stop-timeout 35.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-c", \
    "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/health', timeout=4)"]
CMD ["pocketreel", "run"]
