"""The data folder: one stack at a time, private secrets, ports that stay, sockets whose paths are short enough."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.data_dir import LONGEST_SOCKET_PATH, ROOT, DataDir, DataDirBusy, DataDirTrouble, write_json
from deploy.local.ports import LOOPBACK, free_port, is_free


def test_a_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    folder = DataDir(tmp_path)
    secret = folder.secret("a")
    assert len(secret) >= 32
    assert folder.secret("b") != secret
    assert DataDir(tmp_path).secret("a") == secret
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_a_port_stays_while_it_is_free(tmp_path: Path) -> None:
    folder = DataDir(tmp_path)
    port = folder.port("postgres")
    assert DataDir(tmp_path).port("postgres") == port
    assert folder.port("postgres", avoid=frozenset({port})) != port
    port = folder.port("postgres")
    with socket.socket() as taken:
        taken.bind((LOOPBACK, port))
        taken.listen()
        assert not is_free(port)
        assert folder.port("postgres") != port


def test_free_ports_are_not_those_of_outgoing_connections() -> None:
    first_ephemeral = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert all(free_port() < first_ephemeral for _ in range(50))


def test_one_holder_at_a_time_and_none_after_it_was_killed(tmp_path: Path) -> None:
    hold = (
        "import sys, time; from deploy.local.data_dir import DataDir\n"
        "with DataDir(sys.argv[1]).locked(): print('held', flush=True); time.sleep(1000)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", hold, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        folder = DataDir(tmp_path)
        assert folder.is_locked()
        with pytest.raises(DataDirBusy, match="another `tandem up` is running"), folder.locked():
            pass
    finally:
        holder.kill()
        holder.communicate()
    assert not folder.is_locked()
    with folder.locked():
        assert DataDir(tmp_path).is_locked()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataDirTrouble, match=r"cannot write to .*/file/data"):
        DataDir(tmp_path / "file" / "data").make()


def test_sockets_of_a_long_path_live_in_a_private_folder_elsewhere(tmp_path: Path) -> None:
    folder = DataDir(tmp_path / ("long" * 30))
    folder.make()
    run = folder.make_run_folder()
    try:
        assert len(str(run / "reputation-service.sock")) <= LONGEST_SOCKET_PATH
        assert run.stat().st_mode & 0o777 == 0o700
        (run / "left-behind.sock").touch()
        assert folder.make_run_folder() == run
        assert list(run.iterdir()) == []
        assert DataDir(tmp_path / ("long" * 31)).run_folder() != run
    finally:
        folder.remove_run_folder()
    assert not run.exists()


def test_sockets_do_not_go_where_somebody_has_laid_a_trap(tmp_path: Path) -> None:
    folder = DataDir(tmp_path / "data")
    folder.make()
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    folder.run_folder().symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DataDirTrouble, match="not a private folder"):
        folder.make_run_folder()


def test_a_broken_file_counts_as_empty(tmp_path: Path) -> None:
    folder = DataDir(tmp_path)
    folder.remember("first", 1)
    (tmp_path / "remembered.json").write_text('{"first": ')
    assert folder.remembered("first") is None
    folder.remember("second", 2)
    assert folder.remembered("second") == 2


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    write_json(tmp_path / "file.json", {"a": 1})
    with (tmp_path / "file.json").open() as reader:
        write_json(tmp_path / "file.json", {"a": 2})
        assert reader.read() == '{\n "a": 1\n}'
    assert [path.name for path in tmp_path.iterdir()] == ["file.json"]
