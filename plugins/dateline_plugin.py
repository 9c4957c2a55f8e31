"""Registers Dateline's plugin where plugins/ is mounted but the package is not installed.

An installed package registers it by its entry point; Airflow reports a second one of the same
name as an import error, so this file then leaves it alone.
"""

from importlib.metadata import entry_points

if not entry_points(group="airflow.plugins", name="dateline"):
    from dateline.airflow_glue import DatelinePlugin

    __all__ = ["DatelinePlugin"]
