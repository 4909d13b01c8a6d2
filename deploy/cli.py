"""`tandem`, the command line."""

import json
from typing import Annotated, NoReturn

import psycopg
import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError

from deploy.local import up as local
from deploy.local.children import ProcessId
from deploy.local.data_dir import read_json
from deploy.local.stack import embedded_postgres
from deploy.seed.load import seed as load_seed
from deploy.seed.people import UnknownPerson, person
from deploy.settings import StackSettings
from deploy.tokens import make_token
from kit.migrations import migrate_all

app = typer.Typer(
    help="Run and look after Tandem.", no_args_is_help=True, add_completion=False, rich_markup_mode=None
)


@app.command()
def up(
    end_with_parent: Annotated[
        bool, typer.Option("--end-with-parent", hidden=True, help="Stop when the calling process ends.")
    ] = False,
) -> None:
    """Start everything on this machine and keep it running; Ctrl-C stops it."""
    raise typer.Exit(local.run(StackSettings.load(), with_parent=end_with_parent))


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="A JSON array, one object a process.")] = False,
) -> None:
    """Show every process: name, pid, address, state. Exit status 1 when nothing runs."""
    settings = StackSettings()
    rows = _processes(settings)
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
    elif rows:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for column in ("name", "pid", "address", "state", "restarts", "started_at"):
            table.add_column(column, no_wrap=True)
        for row in rows:
            table.add_row(*("" if row[name] is None else str(row[name]) for name in row))
        Console(width=200, soft_wrap=True).print(table)
    else:
        typer.echo(f"nothing runs on {settings.folder.path}", err=True)
    raise typer.Exit(0 if rows else 1)


@app.command()
def token(
    user: Annotated[str, typer.Argument(help="A name of the demo, such as ada, or a UUID.")],
    role: Annotated[
        str | None, typer.Option(help="service_role makes an operator. Default: the person's own role.")
    ] = None,
    hours: Annotated[float, typer.Option(help="How long it is valid.")] = 24.0,
) -> None:
    """Print an access token, signed with JWT_SECRET."""
    settings = StackSettings()
    if settings.is_production and settings.jwt_secret is None:
        _fail("JWT_SECRET is not set", 2)
    try:
        somebody = person(user)
    except UnknownPerson as error:
        _fail(str(error), 2)
    typer.echo(
        make_token(
            somebody.id,
            secret=settings.token_secret,
            audience=settings.jwt_audience,
            issuer=settings.jwt_issuer,
            role=role or somebody.role,
            hours=hours,
            name=somebody.name or None,
            email=somebody.email if somebody.key else None,
        )
    )


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema. Safe at any time, and again."""
    settings = StackSettings.load()
    try:
        applied = migrate_all(owner_url(settings), settings.secret("role_password_secret"))
    except (psycopg.Error, SQLAlchemyError) as error:
        _fail(f"cannot migrate: {_first_line(error)}")
    typer.echo("\n".join(f"applied {revision}" for revision in applied) or "nothing to do")


@app.command()
def seed() -> None:
    """Load the demo data: people, challenges and sequences. Again changes nothing."""
    settings = StackSettings.load()
    try:
        loaded = load_seed(owner_url(settings), settings.secret("role_password_secret"))
    except psycopg.Error as error:
        _fail(f"cannot load the demo data: {_first_line(error)}")
    typer.echo(f"{loaded.challenges} challenges, {loaded.sequences} sequences, {loaded.people} people")


def owner_url(settings: StackSettings) -> str:
    """The owner's URL: `DATABASE_URL`, else the running stack's. Ends with a line when there is neither."""
    if settings.database_url is not None:
        return settings.database_url
    port = settings.folder.last_port("postgres")
    if port is None or not settings.folder.is_locked():
        _fail(f"nothing runs on {settings.folder.path}: start `tandem up`, or set DATABASE_URL")
    return embedded_postgres(settings, port).url


def _processes(settings: StackSettings) -> list[dict[str, object]]:
    folder = settings.folder
    if not folder.is_locked():
        return []
    rows = []
    for row in read_json(folder.state_file).get("processes", []):
        identity = ProcessId(row["pid"], row["created"]) if row["pid"] and row["created"] else None
        alive = identity is not None and identity.is_alive()
        rows.append(
            {
                "name": row["name"],
                "pid": row["pid"] if alive else None,
                "address": row["address"],
                "state": row["state"] if alive or identity is None else "restarting",
                "restarts": row["restarts"],
                "started_at": row["started_at"],
            }
        )
    return rows


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _fail(reason: str, status: int = 1) -> NoReturn:
    typer.echo(f"tandem: {reason}", err=True)
    raise typer.Exit(status)
