"""What is written down from the code: the API description and the settings reference.

``python -m deploy.documents`` writes them; with ``--check`` it fails when what is committed has drifted.
"""

import sys
from collections.abc import Iterator, Mapping

import orjson
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from deploy.local.data_dir import ROOT
from deploy.settings import StackSettings
from gateway.main import own_description
from gateway.openapi import merge
from gateway.settings import GatewaySettings
from kit.settings import KitSettings
from reputation_service.main import create_app as create_reputation_service
from reputation_service.settings import ReputationServiceSettings
from session_service.main import create_app as create_session_service
from session_service.settings import CourierSettings, SessionServiceSettings, SessionWorkerSettings
from stats_worker.main import create_app as create_stats_service
from stats_worker.settings import StatsServiceSettings

API_DESCRIPTION = ROOT / "docs" / "openapi.json"
SETTINGS_REFERENCE = ROOT / "docs" / "reference" / "settings.md"

_NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"
"""Applications are only asked for their description: they connect to nothing."""

SECTIONS: Mapping[str, tuple[type[KitSettings], str]] = {
    "Every process": (KitSettings, "Each process reads these."),
    "`tandem up` and the rest of the command line": (
        StackSettings,
        "Here `DATABASE_URL` is the owner's; each process is handed its own.",
    ),
    "Gateway": (GatewaySettings, ""),
    "Session service": (SessionServiceSettings, ""),
    "Notifications worker and scheduler": (SessionWorkerSettings, ""),
    "Courier": (CourierSettings, "It sends mail and webhooks."),
    "Reputation service": (ReputationServiceSettings, ""),
    "Statistics service": (StatsServiceSettings, ""),
}


def api_description() -> bytes:
    """The one OpenAPI document, out of the services' own, as the gateway serves it."""
    services = {
        "session": create_session_service(SessionServiceSettings(database_url=_NOWHERE)),
        "reputation": create_reputation_service(ReputationServiceSettings(database_url=_NOWHERE)),
        "stats": create_stats_service(StatsServiceSettings(database_url=_NOWHERE)),
    }
    documents = {name: service.openapi() for name, service in services.items()}
    document = merge({"gateway": own_description(), **documents})
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"


def settings_reference() -> bytes:
    """The settings reference, in Markdown."""
    return "\n".join(_settings_lines()).encode()


def _settings_lines() -> Iterator[str]:
    yield "# Settings"
    yield ""
    yield "Every setting is an environment variable. An empty one counts as not set. A wrong one ends the process"
    yield "with one line that names it. This page is written from the code: `make documents`."
    common = KitSettings.model_fields
    for title, (model, remark) in SECTIONS.items():
        own = {
            name: field
            for name, field in model.model_fields.items()
            if model is KitSettings or name not in common
        }
        yield from ("", f"## {title}", "")
        if remark:
            yield from (remark, "")
        if own:
            yield from ("| variable | default | what it does |", "|---|---|---|")
            yield from (_row(name, field) for name, field in own.items())
    yield ""


def _row(name: str, field: FieldInfo) -> str:
    description = (field.description or "").replace("|", "\\|").replace("\n", " ")
    return f"| `{name.upper()}` | {_default(field)} | {description} |"


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=False)
    if value is None or value is PydanticUndefined:
        return ""
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, bool):
        value = str(value).lower()
    if isinstance(value, tuple):
        # As it is written into a variable.
        value = ",".join(str(part) for part in value)
    if value == "":
        return ""
    return f"`{value}`"


def main(arguments: list[str]) -> int:
    """Writes the documents, or with ``--check`` compares them; the exit status."""
    drifted = []
    for path, content in ((API_DESCRIPTION, api_description()), (SETTINGS_REFERENCE, settings_reference())):
        if "--check" not in arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        elif not path.exists() or path.read_bytes() != content:
            drifted.append(str(path.relative_to(ROOT)))
    for name in drifted:
        sys.stderr.write(f"{name} has drifted from the code: run `make documents` and commit it\n")
    return 1 if drifted else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
