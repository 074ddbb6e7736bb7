"""Downloads against a server on this machine, in every way they can go wrong."""

import csv
import hashlib
import io
import logging.handlers
import os
import signal
import subprocess
import sys
import tarfile
import threading
import types
import zipfile
from pathlib import Path

import pytest
from local_server import failing, offer, serve, stalled, together, truncated, unannounced, whole

from utils.data import download

REPOSITORY = Path(__file__).resolve().parents[1]
NAME = "numbers.txt"
DATA = b"".join(b"%d\n" % number for number in range(30_000))
WRONG = DATA[::-1]  # same length

# What another process runs: fetch the file of the list given to it.
CHILD = """
import signal, sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # some shells start us with it ignored
from utils.data import download
download._REGISTRY = Path(sys.argv[1])
print(download.fetch(sys.argv[2]))
"""


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache, no local folder, no proxy between us and the server, no pauses."""
    import pooch

    folder = tmp_path / "cache"
    monkeypatch.setenv(download.CACHE_VARIABLE, str(folder))
    monkeypatch.delenv(download.DATA_VARIABLE, raising=False)
    for variable in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(variable, "127.0.0.1")
    monkeypatch.setattr(pooch.core, "time", types.SimpleNamespace(sleep=lambda _seconds: None))
    return folder


@pytest.fixture
def listed(tmp_path, monkeypatch):
    """A function that makes ``NAME`` the only listed file, at an address."""

    def use(url, data=DATA):
        registry = offer(tmp_path / "downloads.csv", NAME, url, data)
        monkeypatch.setattr(download, "_REGISTRY", registry)
        return registry

    return use


def gone() -> str:
    """An address where a server was."""
    with serve({}) as server:
        return f"{server.url}/{NAME}"


def in_folder(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def child(registry: Path, **options) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(registry), NAME],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


# The usual way


def test_the_right_file_is_fetched_once_and_then_taken_from_the_cache(
    cache, listed, capfd, monkeypatch
):
    import pooch

    notes = logging.handlers.BufferingHandler(100)
    monkeypatch.setattr(pooch.get_logger(), "handlers", [notes])
    with serve({"/a": whole(DATA)}) as server:
        listed(f"{server.url}/a")
        assert not download.available(NAME)
        assert download.fetch(NAME) == cache / NAME
        assert download.fetch(NAME).read_bytes() == DATA
        assert download.available(NAME)
        assert server.seen == ["/a"]
    assert in_folder(cache) == [NAME]
    assert download.fetch(NAME).read_bytes() == DATA  # without the server
    assert capfd.readouterr() == ("", "")  # no bar outside a notebook
    assert not notes.buffer


def test_a_file_without_announced_length(cache, listed):
    with serve({"/a": unannounced(DATA)}) as server:
        listed(f"{server.url}/a")
        assert download.fetch(NAME).read_bytes() == DATA


def test_others_may_read_a_cached_file(cache, listed):
    with serve({"/a": whole(DATA)}) as server:
        listed(f"{server.url}/a")
        mode = download.fetch(NAME).stat().st_mode
    (cache / "ordinary").touch()
    assert mode == (cache / "ordinary").stat().st_mode


def test_in_a_notebook_a_bar_counts_the_bytes(cache, listed, monkeypatch):
    drawn = []

    class Progress:
        def __init__(self, label, total):
            drawn.append((label, total))

        def __enter__(self):
            return self

        def __exit__(self, *_error):
            drawn.append("taken away")

        def update(self, steps):
            drawn.append(steps)

    monkeypatch.setattr(download, "_in_notebook", lambda: True)
    progress = types.ModuleType("utils.progress")
    progress.Progress = Progress
    monkeypatch.setitem(sys.modules, "utils.progress", progress)
    with serve({"/a": whole(DATA)}) as server:
        listed(f"{server.url}/a")
        download.fetch(NAME)
    assert drawn[0] == (f"downloading {NAME}", len(DATA))
    assert sum(drawn[1:-1]) == len(DATA)
    assert drawn[-1] == "taken away"


def test_an_unknown_name_is_answered_with_the_known_ones(cache):
    for function in (download.fetch, download.available):
        with pytest.raises(ValueError, match="'hamlet.txt'; known .*tinyshakespeare.txt"):
            function("hamlet.txt")


def test_the_default_cache_is_the_place_of_the_platform(monkeypatch):
    monkeypatch.delenv(download.CACHE_VARIABLE, raising=False)
    assert "lstm-lab" in download.cache_folder().parts


def test_the_list_pins_every_file():
    with open(download._REGISTRY, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [row["name"] for row in rows]
    assert len(set(names)) == len(names) >= 2
    for row in rows:
        assert tuple(row) == download.Download._fields
        assert all(row.values())
        assert Path(row["name"]).name == row["name"]
        assert row["url"].startswith("https://")
        # A branch name would let the file change under its checksum; a commit cannot.
        assert any(len(part) == 40 and int(part, 16) for part in row["url"].split("/"))
        assert len(row["sha256"]) == 64 and int(row["sha256"], 16)
        assert download._entry(row["name"]).bytes > 0


# A local folder or a mirror


@pytest.mark.parametrize("form", ["path", "file address"])
def test_a_local_folder_needs_no_network(cache, listed, tmp_path, monkeypatch, form):
    (tmp_path / "our data").mkdir()
    file = tmp_path / "our data" / NAME
    file.write_bytes(DATA)
    listed(gone())
    value = str(file.parent) if form == "path" else file.parent.as_uri()
    monkeypatch.setenv(download.DATA_VARIABLE, value)
    assert download.available(NAME)
    assert download.fetch(NAME) == file
    assert in_folder(cache) == []
    cache.mkdir()
    (cache / NAME).write_bytes(DATA)
    assert download.fetch(NAME) == file  # comes before the cache


def test_a_wrong_file_in_the_local_folder_is_passed_over(cache, listed, tmp_path, monkeypatch):
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / NAME).write_bytes(WRONG)
    monkeypatch.setenv(download.DATA_VARIABLE, str(tmp_path / "ours"))
    listed(gone())
    assert not download.available(NAME)
    with pytest.raises(ConnectionError, match=r"LSTM_LAB_DATA \(.*ours\): .* another checksum"):
        download.fetch(NAME)
    with serve({"/a": whole(DATA)}) as server:
        listed(f"{server.url}/a")
        assert download.fetch(NAME).read_bytes() == DATA


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_mirror_is_asked_before_the_listed_address(cache, listed, monkeypatch, slash):
    with serve({f"/mirror/{NAME}": whole(DATA), "/a": whole(DATA)}) as server:
        listed(f"{server.url}/a")
        monkeypatch.setenv(download.DATA_VARIABLE, f"{server.url}/mirror{slash}")
        assert download.fetch(NAME).read_bytes() == DATA
        assert server.seen == [f"/mirror/{NAME}"]


@pytest.mark.parametrize(
    "reply", [None, whole(WRONG), truncated(DATA)], ids=["missing", "wrong", "truncated"]
)
def test_a_mirror_that_fails_is_passed_over(cache, listed, monkeypatch, reply):
    replies = {"/a": whole(DATA)} | ({f"/mirror/{NAME}": reply} if reply else {})
    with serve(replies) as server:
        listed(f"{server.url}/a")
        monkeypatch.setenv(download.DATA_VARIABLE, f"{server.url}/mirror")
        assert download.fetch(NAME).read_bytes() == DATA
        assert server.seen[-1] == "/a"


def test_another_kind_of_address_is_refused(cache, listed, monkeypatch):
    listed(gone())
    monkeypatch.setenv(download.DATA_VARIABLE, "ftp://example.org/data")
    for function in (download.fetch, download.available):
        with pytest.raises(ValueError, match="'ftp://example.org/data'; allowed are"):
            function(NAME)


# What goes wrong


@pytest.mark.parametrize(
    ("reply", "reason", "attempts"),
    [
        (whole(WRONG), "another checksum", 3),
        (truncated(DATA), "broke off", 3),
        (unannounced(DATA[:-1]), "another checksum", 3),
        (whole(DATA + b"more"), "longer than", 1),
        (whole(b""), "another checksum", 3),
        (failing(99, DATA), "503", 3),
        (None, "no such file", 1),
    ],
    ids=["wrong", "truncated", "one byte short", "too long", "empty", "broken", "missing"],
)
def test_a_bad_answer_leaves_nothing(cache, listed, reply, reason, attempts):
    with serve({"/a": reply} if reply else {}) as server:
        listed(f"{server.url}/a")
        with pytest.raises(ConnectionError, match=reason) as caught:
            download.fetch(NAME)
        assert server.seen == ["/a"] * attempts
    assert download.DATA_VARIABLE in str(caught.value)
    assert not download.available(NAME)
    assert in_folder(cache) == []


def test_no_server_is_an_error_that_says_what_to_do(cache, listed, tmp_path, monkeypatch):
    address = gone()
    listed(address)
    monkeypatch.setenv(download.DATA_VARIABLE, str(tmp_path / "nowhere"))
    with pytest.raises(ConnectionError) as caught:
        download.fetch(NAME)
    message = str(caught.value)
    for needed in (NAME, address, "no connection", str(tmp_path / "nowhere"), str(cache)):
        assert needed in message
    assert f"set the environment variable {download.DATA_VARIABLE}" in message
    assert in_folder(cache) == []


def test_a_server_that_fails_twice_is_asked_a_third_time(cache, listed):
    with serve({"/a": failing(2, DATA)}) as server:
        listed(f"{server.url}/a")
        assert download.fetch(NAME).read_bytes() == DATA
        assert len(server.seen) == 3


def test_a_server_that_stalls_is_given_up(cache, listed, monkeypatch):
    monkeypatch.setattr(download, "_TIMEOUT", (0.2, 0.2))
    with serve({"/a": stalled(DATA, threading.Event())}) as server:
        listed(f"{server.url}/a")
        with pytest.raises(ConnectionError, match="no answer in time|no connection"):
            download.fetch(NAME)
    assert in_folder(cache) == []


def test_a_server_that_trickles_is_given_up(cache, listed, monkeypatch):
    monkeypatch.setattr(download, "_DEADLINE", -1.0)  # over as soon as a first piece is there
    with serve({"/a": whole(DATA)}) as server:
        listed(f"{server.url}/a")
        with pytest.raises(ConnectionError, match="not complete after"):
            download.fetch(NAME)
        assert len(server.seen) == 1
    assert in_folder(cache) == []


def test_a_damaged_cache_is_never_used_and_is_mended(cache, listed):
    cache.mkdir()
    (cache / NAME).write_bytes(WRONG)
    listed(gone())
    assert not download.available(NAME)
    with pytest.raises(ConnectionError, match=r"the cache \(.*\): .* another checksum"):
        download.fetch(NAME)
    with serve({"/a": whole(DATA)}) as server:
        listed(f"{server.url}/a")
        assert download.fetch(NAME).read_bytes() == DATA
    assert in_folder(cache) == [NAME]


def test_a_cache_that_cannot_be_made_is_said_before_downloading(cache, listed):
    cache.write_text("a file where the folder should be")
    with serve({"/a": whole(DATA)}) as server:
        listed(f"{server.url}/a")
        with pytest.raises(OSError, match="cannot be written .* LSTM_LAB_CACHE"):
            download.fetch(NAME)
        assert server.seen == []


def test_a_full_disk_leaves_nothing(cache, listed, monkeypatch):
    def copy_half(source, target):
        Path(target).write_bytes(Path(source).read_bytes()[:100])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(download.shutil, "copyfile", copy_half)
    with serve({"/a": whole(DATA)}) as server:
        listed(f"{server.url}/a")
        with pytest.raises(OSError, match="cannot be written .No space left on device."):
            download.fetch(NAME)
    assert in_folder(cache) == []


@pytest.mark.parametrize("step", ["copyfile", "replace"])
def test_an_interrupt_while_the_cache_is_written_leaves_nothing(cache, listed, monkeypatch, step):
    def interrupt(source, target):
        if step == "copyfile":
            Path(target).write_bytes(b"half")
        raise KeyboardInterrupt

    with serve({"/a": whole(DATA)}) as server, monkeypatch.context() as patch:
        listed(f"{server.url}/a")
        patch.setattr(download.shutil if step == "copyfile" else download.os, step, interrupt)
        with pytest.raises(KeyboardInterrupt):
            download.fetch(NAME)
    assert in_folder(cache) == []


def test_pieces_of_a_killed_process_are_cleared_away(cache, listed):
    cache.mkdir()
    old, new = cache / f".{NAME}.1.part", cache / f".{NAME}.2.part"
    old.write_bytes(b"half")
    new.write_bytes(b"half")  # may belong to a process that is still at work
    os.utime(old, (0, 0))
    with serve({"/a": whole(DATA)}) as server:
        listed(f"{server.url}/a")
        download.fetch(NAME)
    assert in_folder(cache) == [new.name, NAME]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("how", ["SIGINT", "SIGKILL"])
def test_a_process_that_ends_while_downloading_leaves_nothing(
    cache, listed, tmp_path, monkeypatch, how
):
    started = threading.Event()
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    with serve({"/a": stalled(DATA, started)}) as server:
        process = child(listed(f"{server.url}/a"))
        assert started.wait(30)
        process.send_signal(getattr(signal, how))
        process.communicate(timeout=30)
    assert process.returncode != 0
    assert in_folder(cache) == []
    if how == "SIGINT":  # after SIGKILL it is for the system to clear its temporary folder
        assert in_folder(temporary) == []
    assert not download.available(NAME)


def test_two_processes_at_once_both_get_the_whole_file(cache, listed):
    with serve({"/a": together(2, DATA)}) as server:
        registry = listed(f"{server.url}/a")
        processes = [child(registry) for _ in range(2)]
        answers = [process.communicate(timeout=30) for process in processes]
        assert server.seen == ["/a", "/a"]
    assert [answer[0].strip() for answer in answers] == [str(cache / NAME)] * 2, answers
    assert (cache / NAME).read_bytes() == DATA
    assert in_folder(cache) == [NAME]


def test_a_file_that_another_process_put_there_meanwhile_will_do(cache, listed, monkeypatch):
    def refuse(_part, target):  # as Windows does while somebody reads the target
        target.write_bytes(DATA)
        raise PermissionError(13, "Access is denied")

    monkeypatch.setattr(download.os, "replace", refuse)
    with serve({"/a": whole(DATA)}) as server:
        listed(f"{server.url}/a")
        assert download.fetch(NAME) == cache / NAME
    assert in_folder(cache) == [NAME]


# Archives


def tar_with(path, *members):
    with tarfile.open(path, "w:gz") as tar:
        for name, kind, text in members:
            member = tarfile.TarInfo(name)
            member.type = kind
            if kind == tarfile.REGTYPE:
                member.size = len(text)
            else:
                member.linkname = text.decode()
            tar.addfile(member, io.BytesIO(text))
    return path


def zip_with(path, *members):
    with zipfile.ZipFile(path, "w") as zipped:
        for name, mode, text in members:
            member = zipfile.ZipInfo(name)
            member.external_attr = mode << 16
            zipped.writestr(member, text)
    return path


def test_archives_are_unpacked(tmp_path):
    tar = tar_with(
        tmp_path / "a.tar.gz",
        ("top.txt", tarfile.REGTYPE, b"1"),
        ("inner", tarfile.DIRTYPE, b""),
        ("inner/deep/..name", tarfile.REGTYPE, b"2"),  # two dots in a name do no harm
    )
    zipped = zip_with(
        tmp_path / "a.zip",
        ("top.txt", 0o100644, b"1"),
        ("inner/", 0o040755, b""),
        ("inner/deep/..name", 0, b"2"),
    )
    for archive, folder in ((tar, tmp_path / "new" / "tar"), (zipped, tmp_path / "zip")):
        assert download.safe_extract(archive, folder) == folder
        files = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
        assert {str(name): path.read_bytes() for name, path in files.items()} == {
            "top.txt": b"1",
            str(Path("inner", "deep", "..name")): b"2",
        }
        assert not list(folder.parent.glob(".extract-*"))


@pytest.mark.parametrize(
    "name", ["../out.txt", "inner/../../out.txt", "inner\\..\\..\\out.txt", "/out.txt", "C:\\out"]
)
@pytest.mark.parametrize("kind", ["tar", "zip"])
def test_a_member_outside_the_folder_is_refused(tmp_path, kind, name):
    if kind == "tar":
        ordinary, evil = (("a", tarfile.REGTYPE, b"1"), (name, tarfile.REGTYPE, b"2"))
        archive = tar_with(tmp_path / "a.tar.gz", ordinary, evil)
    else:
        archive = zip_with(tmp_path / "a.zip", ("a", 0, b"1"), (name, 0, b"2"))
    with pytest.raises(ValueError, match=r"refused, nothing was unpacked.*(absolute|'\.\.')"):
        download.safe_extract(archive, tmp_path / "inner" / "folder")
    assert in_folder(tmp_path / "inner") == []
    assert in_folder(tmp_path) == sorted([archive.name, "inner"])


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, "zip"])
def test_links_and_devices_are_refused(tmp_path, kind):
    if kind == "zip":
        archive = zip_with(tmp_path / "a.zip", ("link", 0o120777, b"/etc/passwd"))
    else:
        archive = tar_with(tmp_path / "a.tar.gz", ("link", kind, b"/etc/passwd"))
    with pytest.raises(ValueError, match="'link' is a link or a device"):
        download.safe_extract(archive, tmp_path / "folder")
    assert in_folder(tmp_path) == [archive.name]


@pytest.mark.parametrize("kind", ["tar", "zip", "text"])
def test_a_damaged_archive_leaves_nothing(tmp_path, kind):
    noise = b"".join(hashlib.sha256(b"%d" % k).digest() for k in range(1000))
    if kind == "tar":
        archive = tar_with(tmp_path / "a", ("a.txt", tarfile.REGTYPE, noise))
        archive.write_bytes(archive.read_bytes()[:20_000])
    elif kind == "zip":
        archive = zip_with(tmp_path / "a", ("a.txt", 0, noise))
        archive.write_bytes(archive.read_bytes().replace(noise[500:510], b"##########"))
    else:
        archive = tmp_path / "a"
        archive.write_bytes(noise)
    with pytest.raises(ValueError, match="is damaged|neither a tar nor a zip"):
        download.safe_extract(archive, tmp_path / "folder")
    assert in_folder(tmp_path) == ["a"]


def test_a_folder_with_something_in_it_is_left_alone(tmp_path):
    archive = zip_with(tmp_path / "a.zip", ("a", 0, b"new"))
    folder = tmp_path / "folder"
    folder.mkdir()
    assert download.safe_extract(archive, folder) == folder  # empty: taken over
    (folder / "a").write_bytes(b"mine")
    with pytest.raises(FileExistsError, match="not empty"):
        download.safe_extract(archive, folder)
    assert (folder / "a").read_bytes() == b"mine"
