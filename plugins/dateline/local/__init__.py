"""The local stack: Postgres, sample newsroom and Airflow on one machine, under one supervisor.

    stack.start ─► postgres (pg_ctl) ─► supervise, detached ─► newsroom, api-server, scheduler,
                                        (supervisor.py)         dag-processor
    stack.status, stack.stop, doctor.diagnose: from any shell, through DATELINE_HOME/run/stack.json

What it keeps lies in DATELINE_HOME: postgres/, airflow/, logs/, run/ and secrets.json.
"""
