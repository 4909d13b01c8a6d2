"""What runs on a data folder."""

from typing import Any

from deploy.local.children import ProcessId
from deploy.local.data_dir import DataDir, read_json


def processes(folder: DataDir) -> list[dict[str, Any]]:
    """Every process of the stack that holds the folder, as its supervisor last noted it; none where nobody does.

    One that has died since has no pid, and is about to be started again.
    """
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
                "metrics": row.get("metrics"),
                "state": row["state"] if alive or identity is None else "restarting",
                "restarts": row["restarts"],
                "started_at": row["started_at"],
            }
        )
    return rows
