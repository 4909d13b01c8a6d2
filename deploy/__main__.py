"""`python -m deploy` is `tandem`."""

from deploy.cli import app

app(prog_name="tandem")
