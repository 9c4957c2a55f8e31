"""`python -m dateline.cli`, where the script `dateline` is not on the path."""

from dateline.cli import main

main()
