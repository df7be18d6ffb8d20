# The bot with a worker beside it. From the system come only two fonts: Chinese, Japanese and Korean
# letters and emoji. ffmpeg and the other fonts come with the packages.
FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends fonts-noto-cjk fonts-noto-color-emoji \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir --no-deps -r requirements.txt
COPY . ./
RUN pip install --no-cache-dir --no-deps . \
    && useradd --system --create-home pocketreel \
    && mkdir /data && chown pocketreel /data
USER pocketreel
WORKDIR /data
ENV DATA_DIR=/data HOST=0.0.0.0 PORT=8080
VOLUME /data
EXPOSE 8080
# A stop lets jobs finish for 25 s: run with --stop-timeout 30.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/health', timeout=4)"]
CMD ["pocketreel", "run"]
