# Dateline with Airflow: one image for every service of docker-compose.yml.
FROM python:3.12.12-slim-bookworm AS wheel
WORKDIR /src
COPY constraints.txt ./
RUN pip install --no-cache-dir --constraint constraints.txt build hatchling
COPY pyproject.toml README.md LICENSE ./
COPY plugins/dateline plugins/dateline
COPY sql sql
# The wheel takes the compiled loops along; without a compiler they stay in Python.
RUN (apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev) || true
RUN python plugins/dateline/local/native.py
RUN python -m build --wheel --no-isolation --outdir /dist

FROM python:3.12.12-slim-bookworm
ENV PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    AIRFLOW_HOME=/opt/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/dateline/dags \
    DATELINE_HOME=/var/lib/dateline \
    DATELINE_ARCHIVE=/var/lib/dateline/archive \
    DATELINE_DAGS=/opt/dateline/dags
# A volume takes the owner of the folder that it is first mounted on.
RUN useradd --uid 50000 --create-home dateline \
    && install -d -o dateline -g dateline /opt/airflow /opt/airflow/logs /opt/dateline \
       /var/lib/dateline /var/lib/dateline/archive
COPY constraints.txt /tmp/constraints.txt
COPY --from=wheel /dist /tmp/dist
RUN wheel="$(echo /tmp/dist/*.whl)" \
    && pip install --constraint /tmp/constraints.txt "${wheel}[airflow,celery,trafilatura]" \
    && rm -r /tmp/dist /tmp/constraints.txt
COPY --chown=dateline:dateline dags /opt/dateline/dags
USER dateline
WORKDIR /opt/dateline
CMD ["dateline", "--help"]
