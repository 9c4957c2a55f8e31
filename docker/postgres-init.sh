#!/bin/sh
# Run once by the postgres image, on an empty data folder: a role and a database each for the
# warehouse and for Airflow. The first may make roles: its migrations make dateline_reader.
set -eu
psql --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 \
    --set warehouse="$DATELINE_DB_PASSWORD" --set airflow="$AIRFLOW_DB_PASSWORD" <<'SQL'
create role dateline login createrole password :'warehouse';
create database dateline owner dateline;
create role airflow login password :'airflow';
create database airflow owner airflow;
SQL
