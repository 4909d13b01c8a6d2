"""`tandem`, the command line.

A command imports what it needs when it is called: `tandem status` is asked often, and must not wait for all the rest.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from deploy.settings import StackSettings
from session_service.training.importing.rules import DistanceUnit, WeightUnit

app = typer.Typer(
    help="Run and look after Tandem.", no_args_is_help=True, add_completion=False, rich_markup_mode=None
)
dead_letters = typer.Typer(
    help="Effects that could not be applied, and mails that could not be sent, kept for a person to decide.",
    no_args_is_help=True,
)
app.add_typer(dead_letters, name="dead-letters")

_EventIds = Annotated[list[UUID] | None, typer.Argument(help="Ids of events, or of mails.")]


@app.command()
def up(
    end_with_parent: Annotated[
        bool, typer.Option("--end-with-parent", hidden=True, help="Stop when the calling process ends.")
    ] = False,
) -> None:
    """Start everything on this machine and keep it running; Ctrl-C stops it."""
    from deploy.local import up as local

    raise typer.Exit(local.run(StackSettings.load(), with_parent=end_with_parent))


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="A JSON array, one object a process.")] = False,
) -> None:
    """Show every process: name, pid, address, state. Exit status 1 when nothing runs."""
    from deploy.local.status import processes

    settings = StackSettings.read()
    rows = processes(settings.folder)
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
    elif rows:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        columns = ["name", "pid", "address", "state", "restarts", "started_at"]
        if any(row["metrics"] for row in rows):
            columns.append("metrics")
        for column in columns:
            table.add_column(column, no_wrap=True)
        for row in rows:
            table.add_row(*("" if row[name] is None else str(row[name]) for name in columns))
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
    typer.echo(_token_of(StackSettings.read(), user, role=role, hours=hours))


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema. Safe at any time, and again."""
    from kit.migrations import migrate_all

    settings = StackSettings.read()
    settings.refuse_unsafe_migration()
    with _told_in_a_line():
        applied = migrate_all(owner_url(settings), settings.secret("role_password_secret"))
    typer.echo("\n".join(f"applied {revision}" for revision in applied) or "nothing to do")


@app.command()
def seed() -> None:
    """Load the demo data: people and their past, challenges and sequences. Again changes nothing."""
    from deploy.local.stack import running_redis_url
    from deploy.seed.load import seed as load_seed
    from deploy.seed.load import seed_past, tell_of_catalogues

    settings = StackSettings.read()
    settings.refuse_unsafe_migration()
    with _told_in_a_line():
        secret = settings.secret("role_password_secret")
        loaded = load_seed(owner_url(settings), secret)
        redis_url = running_redis_url(settings)
        if redis_url is not None:
            tell_of_catalogues(redis_url)
        past = seed_past(owner_url(settings), secret) if settings.demo_history else 0
    typer.echo(
        f"{loaded.challenges} challenges, {loaded.sequences} sequences, {loaded.people} people,"
        f" {past} new practices and workouts of theirs"
    )


@app.command()
def secrets(
    host: Annotated[str, typer.Option(help="Where the processes reach PostgreSQL.")] = "postgres:5432",
) -> None:
    """Print a new environment file for `compose.yaml`: every secret, and each process's own login."""
    from deploy.secrets import environment_file

    typer.echo(environment_file(host=host), nl=False)


@app.command()
def recompute(
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Only compare reputation with its ledger. Exit status 1 when they differ."
        ),
    ] = False,
) -> None:
    """Count statistics and reputation from scratch, out of sessions and the ledger. Safe while everything runs."""
    from deploy.recompute import check_reputation, recompute_reputation, recompute_statistics

    settings = StackSettings.read()
    if check:
        with _told_in_a_line():
            differences = check_reputation(owner_url(settings))
        for difference in differences:
            typer.echo(f"{difference.count} {difference.what}; {difference.example}")
        if not differences:
            typer.echo("reputation is as its ledger says")
        raise typer.Exit(1 if differences else 0)
    counted = {}
    with _told_in_a_line(), Progress(console=Console(stderr=True)) as bar:
        for name, recount in (("statistics", recompute_statistics), ("reputation", recompute_reputation)):
            counted[name] = recount(owner_url(settings), _line_of(bar, name))
    for name, count in counted.items():
        typer.echo(f"{name} of {count} users")


@app.command()
def scrub() -> None:
    """Write anew the files that deleted data still lie in. Each table is out of use for a moment."""
    from deploy.local.stack import running_redis_url
    from deploy.scrub import scrub as scrub_files

    settings = StackSettings.read()
    complete = True
    with _told_in_a_line(), Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("tables", total=None)
        for part in scrub_files(
            owner_url(settings),
            running_redis_url(settings),
            lambda done, total: bar.update(task, completed=done, total=total),
        ):
            complete = complete and part.done
            typer.echo(f"{part.what}: {part.detail}", err=not part.done)
    raise typer.Exit(0 if complete else 1)


@app.command("import")
def import_file(
    file: Annotated[
        Path, typer.Argument(help="The CSV export of Hevy or Strong.", exists=True, dir_okay=False)
    ],
    user: Annotated[
        str | None, typer.Option(help="Whose history it is: a name of the demo, or a UUID. Needs JWT_SECRET.")
    ] = None,
    token: Annotated[
        str | None, typer.Option(envvar="TANDEM_TOKEN", help="An access token, in the place of --user.")
    ] = None,
    url: Annotated[
        str | None, typer.Option(envvar="TANDEM_URL", help="The gateway. Default: the one on this machine.")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(help="Where the file's times were local. Default: the profile's time zone.")
    ] = None,
    weight_unit: Annotated[
        WeightUnit, typer.Option(help="What weights are in where the file does not say.")
    ] = WeightUnit.KG,
    distance_unit: Annotated[
        DistanceUnit, typer.Option(help="What distances are in where the file does not say.")
    ] = DistanceUnit.KM,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen, and change nothing.")
    ] = False,
    skip_invalid: Annotated[
        bool,
        typer.Option("--skip-invalid", help="Leave out workouts that have a fault, and import the others."),
    ] = False,
) -> None:
    """Bring a training history along. Again adds nothing. Exit status 1 when something is wrong with the file."""
    import httpx

    from deploy.importing import ImportFailed, import_history

    settings = StackSettings.read()
    if (user is None) == (token is None):
        _fail("give either --user or --token", 2)
    bearer = token or _token_of(settings, user or "")
    options = {"timezone": timezone, "weight_unit": weight_unit, "distance_unit": distance_unit}
    with (
        httpx.Client(
            base_url=url or f"http://127.0.0.1:{settings.gateway_port}",
            headers={"Authorization": f"Bearer {bearer}"},
            timeout=60,
        ) as client,
        Progress(console=Console(stderr=True)) as bar,
    ):
        task = bar.add_task(file.name, total=None)
        try:
            outcome = import_history(
                client,
                file,
                options=options,
                dry_run=dry_run,
                skip_invalid=skip_invalid,
                step=lambda done, total: bar.update(task, completed=done, total=total),
            )
        except ImportFailed as error:
            bar.stop()
            _fail(str(error))
    for problem in outcome.problems:
        typer.echo(
            f"row {problem.row}: {problem.column or ''} {problem.message}".replace("  ", " "), err=True
        )
    if outcome.problem_count > len(outcome.problems):
        typer.echo(f"and {outcome.problem_count - len(outcome.problems)} more", err=True)
    typer.echo(
        f"{outcome.imported} {'would be imported' if dry_run else 'imported'}, "
        f"{outcome.already_there} already there, {outcome.invalid} left out"
    )
    raise typer.Exit(1 if outcome.problem_count else 0)


@app.command()
def doctor() -> None:
    """Look at this machine and at what runs on it. Exit status 1 when something is wrong."""
    from deploy.doctor import Mark, examine

    colours = {Mark.GOOD: "green", Mark.BAD: "red", Mark.UNKNOWN: "yellow"}
    wrong = False
    for finding in examine(StackSettings.read()):
        wrong = wrong or finding.mark is Mark.BAD
        typer.secho(f"{finding.mark} ", nl=False, fg=colours[finding.mark])
        typer.echo(f"{finding.what:<22} {finding.detail}")
    raise typer.Exit(1 if wrong else 0)


@dead_letters.command("list")
def list_them(
    consumer: Annotated[str | None, typer.Option(help="Only of this consumer; also: mail, webhook.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON array, one object a dead letter.")] = False,
) -> None:
    """Show them with their last error, oldest first."""
    from deploy import dead_letters as letters_store

    with _told_in_a_line():
        letters = letters_store.list_dead_letters(owner_url(StackSettings.read()), consumer=consumer)
    if as_json:
        typer.echo(json.dumps([asdict(letter) for letter in letters], indent=2, default=str))
        return
    for letter in letters:
        typer.echo(f"{letter.event_id}  {letter.consumer}  {letter.type}  {letter.time:%Y-%m-%d %H:%M:%SZ}")
        typer.echo(f"    {letter.subject}  attempts {letter.attempts}  request {letter.request_id or '-'}")
        typer.echo(f"    {(letter.last_error or 'no error was kept').strip().splitlines()[0]}")
    typer.echo(f"{len(letters)} dead letters", err=True)


@dead_letters.command("retry")
def retry_them(
    event_ids: _EventIds = None,
    everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    consumer: Annotated[str | None, typer.Option(help="Only of this consumer; also: mail, webhook.")] = None,
) -> None:
    """Have them tried again, from the first attempt on; a mail that may have been accepted only if it is named."""
    from deploy import dead_letters as letters_store

    chosen = _chosen(event_ids, everything)
    with _told_in_a_line():
        count = letters_store.retry(owner_url(StackSettings.read()), consumer=consumer, event_ids=chosen)
    typer.echo(f"{count} will be tried again")


@dead_letters.command("drop")
def drop_them(
    event_ids: _EventIds = None,
    everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    consumer: Annotated[str | None, typer.Option(help="Only of this consumer; also: mail, webhook.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Give them up for good: their effects will never be applied."""
    from deploy import dead_letters as letters_store

    chosen = _chosen(event_ids, everything)
    if not yes:
        typer.confirm("Their effects will never be applied. Drop them?", abort=True)
    with _told_in_a_line():
        count = letters_store.drop(owner_url(StackSettings.read()), consumer=consumer, event_ids=chosen)
    typer.echo(f"{count} dropped")


def owner_url(settings: StackSettings) -> str:
    """The owner's URL: `DATABASE_URL`, else the running stack's. Ends with a line when there is neither."""
    from deploy.local.stack import running_owner_url

    return running_owner_url(settings) or _fail(
        f"nothing runs on {settings.folder.path}: start `tandem up`, or set DATABASE_URL"
    )


def _chosen(event_ids: list[UUID] | None, everything: bool) -> list[UUID] | None:
    if bool(event_ids) == everything:
        _fail("name the events, or say --all", 2)
    return event_ids or None


def _line_of(bar: Progress, name: str) -> Callable[[int, int], None]:
    task = bar.add_task(name, total=None)
    return lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def _told_in_a_line() -> Iterator[None]:
    import psycopg
    from sqlalchemy.exc import SQLAlchemyError

    from deploy.dead_letters import NotAllowedToLook

    try:
        yield
    except (psycopg.Error, SQLAlchemyError, NotAllowedToLook) as error:
        _fail((str(error).strip().splitlines() or [type(error).__name__])[0])


def _token_of(settings: StackSettings, user: str, *, role: str | None = None, hours: float = 24.0) -> str:
    """A token for somebody by name or UUID. Ends with a line when there is nobody, or nothing to sign with."""
    from deploy.seed.people import UnknownPerson, person
    from deploy.tokens import make_token

    if settings.is_production and settings.jwt_secret is None:
        _fail("JWT_SECRET is not set", 2)
    try:
        somebody = person(user)
    except UnknownPerson as error:
        _fail(str(error), 2)
    return make_token(
        somebody.id,
        secret=settings.token_secret,
        audience=settings.jwt_audience,
        issuer=settings.jwt_issuer,
        role=role or somebody.role,
        hours=hours,
        name=somebody.name or None,
        email=somebody.email if somebody.key else None,
    )


def _fail(reason: str, status: int = 1) -> NoReturn:
    typer.echo(f"tandem: {reason}", err=True)
    raise typer.Exit(status)
