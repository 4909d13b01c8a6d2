# syntax=docker/dockerfile:1
# One image a process, all on the same layers: `docker build --target gateway .`
ARG PYTHON=3.13-slim-bookworm

FROM python:${PYTHON} AS dependencies
WORKDIR /srv/tandem
COPY requirements/services.txt requirements/services.txt
RUN python -m venv /opt/tandem \
    && /opt/tandem/bin/pip install --no-cache-dir --require-hashes -r requirements/services.txt

FROM python:${PYTHON} AS base
ENV PATH=/opt/tandem/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    ENVIRONMENT=production \
    LOG_FORMAT=json
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/tandem tandem
WORKDIR /srv/tandem
COPY --from=dependencies /opt/tandem /opt/tandem
COPY kit kit
COPY deploy deploy
COPY gateway gateway
COPY session_service session_service
COPY reputation_service reputation_service
COPY stats_worker stats_worker
USER 10001
STOPSIGNAL SIGTERM

# The owner's rights are used here and nowhere else: schemas, roles, migrations.
FROM base AS migrate
CMD ["python", "-m", "deploy", "migrate"]

FROM base AS gateway
EXPOSE 8000
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["uvicorn", "gateway.main:create_app", "--factory", "--host", "0.0.0.0", "--port", "8000", "--loop", "uvloop", "--http", "httptools", "--ws", "gateway.live.protocol:LiveProtocol", "--ws-max-size", "65536", "--ws-ping-interval", "20", "--ws-ping-timeout", "20", "--ws-per-message-deflate", "false", "--no-proxy-headers", "--no-access-log", "--no-server-header"]

FROM base AS service
EXPOSE 8000
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/internal/healthz', timeout=2)"]

FROM service AS session-service
CMD ["uvicorn", "session_service.main:create_app", "--factory", "--host", "0.0.0.0", "--port", "8000", "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--no-server-header"]

FROM service AS reputation-service
CMD ["uvicorn", "reputation_service.main:create_app", "--factory", "--host", "0.0.0.0", "--port", "8000", "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--no-server-header"]

FROM service AS stats-service
CMD ["uvicorn", "stats_worker.main:create_app", "--factory", "--host", "0.0.0.0", "--port", "8000", "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--no-server-header"]

FROM base AS relay
CMD ["python", "-m", "session_service.relay"]

FROM base AS live-publisher
CMD ["python", "-m", "session_service.publisher"]

FROM base AS courier
CMD ["python", "-m", "session_service.courier"]

FROM base AS worker
# Celery's soft shutdown: SIGTERM lets the running batch end.
ENV REMAP_SIGTERM=SIGQUIT

FROM worker AS reputation-worker
CMD ["celery", "-A", "reputation_service.worker", "worker", "-Q", "reputation", "-c", "2", "-n", "reputation@%h"]

FROM worker AS statistics-worker
CMD ["celery", "-A", "stats_worker.worker", "worker", "-Q", "statistics", "-c", "2", "-n", "statistics@%h"]

FROM worker AS notifications-worker
CMD ["celery", "-A", "session_service.worker", "worker", "-Q", "notifications", "-c", "2", "-n", "notifications@%h"]

FROM base AS scheduler
ENV BEAT_SCHEDULE_PATH=/var/lib/tandem/beat-schedule
CMD ["celery", "-A", "session_service.worker", "beat"]

FROM base AS flower
EXPOSE 5555
CMD ["celery", "-A", "deploy.flower", "flower", "--address=0.0.0.0", "--port=5555", "--url-prefix=flower"]
