"""The secrets of a deployment, made once: the lines of an environment file.

Every process gets the database under its own login role; only the migration gets the owner's rights. The roles'
passwords derive from one secret (`kit.migrations.role_password`), so the file can be made again from it.
"""

import secrets

from kit.migrations import role_url

ROLE_VARIABLES: dict[str, str] = {
    "SESSION_DATABASE_URL": "tandem_session",
    "SESSION_WORKER_DATABASE_URL": "tandem_session_worker",
    "RELAY_DATABASE_URL": "tandem_relay",
    "LIVE_DATABASE_URL": "tandem_live",
    "COURIER_DATABASE_URL": "tandem_courier",
    "REPUTATION_DATABASE_URL": "tandem_reputation",
    "REPUTATION_WORKER_DATABASE_URL": "tandem_reputation_worker",
    "STATISTICS_DATABASE_URL": "tandem_statistics",
    "STATISTICS_WORKER_DATABASE_URL": "tandem_statistics_worker",
}
"""Which variable of `compose.yaml` carries which login role."""


def environment_file(
    *, host: str = "postgres:5432", database: str = "tandem", owner: str = "tandem_owner"
) -> str:
    """The text of a new environment file with fresh secrets, for `compose.yaml` or a secret store."""
    owner_password = secrets.token_hex(24)
    role_secret = secrets.token_hex(32)
    owner_url = f"postgresql://{owner}:{owner_password}@{host}/{database}"
    values = {
        "JWT_SECRET": secrets.token_hex(32),
        "INTERNAL_SECRET": secrets.token_hex(32),
        "ROLE_PASSWORD_SECRET": role_secret,
        "POSTGRES_PASSWORD": owner_password,
        "REDIS_PASSWORD": secrets.token_hex(24),
        "FLOWER_BASIC_AUTH": f"operator:{secrets.token_urlsafe(18)}",
        "OWNER_DATABASE_URL": owner_url,
        **{name: role_url(owner_url, role, role_secret) for name, role in ROLE_VARIABLES.items()},
    }
    return "".join(f"{name}={value}\n" for name, value in values.items())
