"""Downloads, with pooch's access to the network replaced by a function."""

import csv
import hashlib
import zipfile

import pooch
import pytest
from requests.exceptions import ChunkedEncodingError, HTTPError

from utils.data import _download
from utils.data._bundled import bundled
from utils.data._download import available, fetch, fetch_members

NAME, ARCHIVE = "numbers.txt", "sounds.zip"
DATA = b"".join(b"%d\n" % number for number in range(1000))
MEMBERS = {"a.wav": b"1", "b.wav": b"2"}
LISTING = "".join(f"{hashlib.sha256(MEMBERS[key]).hexdigest()}  {key}\n" for key in MEMBERS)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache, a list of two files, no local folder, no pauses."""
    (tmp_path / "downloads.csv").write_text(
        "name,url,sha256,members,licence\n"
        f"{NAME},https://example.org/n,{hashlib.sha256(DATA).hexdigest()},,CC0\n"
        f"{ARCHIVE},https://example.org/a,{hashlib.sha256(LISTING.encode()).hexdigest()},wav,CC0\n"
    )
    monkeypatch.setattr(_download, "bundled", lambda name: tmp_path / name)
    monkeypatch.setattr(pooch, "os_cache", lambda _project: tmp_path / "cache")
    monkeypatch.setattr("pooch.core.time.sleep", lambda _seconds: None)
    monkeypatch.delenv("LSTM_LAB_DATA", raising=False)
    return tmp_path / "cache"


@pytest.fixture
def web(monkeypatch):
    """A function that sets the answers to come; the list it returns holds those left."""

    def answer(*replies):
        left = list(replies)

        def download(_self, _url, output_file, _pooch):
            for part in left.pop(0):
                if not isinstance(part, bytes):
                    raise part
                with open(output_file, "ab") as file:
                    file.write(part)

        monkeypatch.setattr(pooch.HTTPDownloader, "__call__", download)
        return left

    return answer


def pack(path, members, folder="top/wav/", **options):
    with zipfile.ZipFile(path, "w", **options) as archive:
        archive.writestr("top/README", "not checked")
        archive.writestr(folder, "")
        for name, content in members.items():
            archive.writestr(folder + name, content)
    return path.read_bytes()


def test_a_file_is_downloaded_once(cache, web, capfd):
    web([DATA])
    assert not available(NAME)
    assert fetch(NAME).read_bytes() == DATA
    assert fetch(NAME) == cache / NAME  # another download would find no reply
    assert available(NAME)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        ([DATA[::-1]], ValueError),
        ([DATA[:-1]], ValueError),
        ([b""], ValueError),
        ([DATA[:99], ChunkedEncodingError()], ConnectionError),
        ([HTTPError("404")], ConnectionError),
        ([DATA[:99], OSError(28, "No space left on device")], OSError),
        ([DATA[:99], KeyboardInterrupt()], KeyboardInterrupt),
    ],
    ids=["wrong", "one byte short", "empty", "broken off", "missing", "disk full", "interrupted"],
)
def test_a_failure_leaves_nothing(cache, web, reply, error):
    web(*[reply] * 3)
    with pytest.raises(error, match=None if error is KeyboardInterrupt else "LSTM_LAB_DATA"):
        fetch(NAME)
    assert list(cache.iterdir()) == []
    web([DATA])
    assert fetch(NAME).read_bytes() == DATA


def test_a_download_is_tried_three_times(cache, web):
    left = web([HTTPError("503")], [DATA[:-1]], [DATA])
    assert fetch(NAME).read_bytes() == DATA and not left


def test_a_damaged_file_in_the_cache_is_replaced(cache, web):
    cache.mkdir()
    (cache / NAME).write_bytes(DATA[:-1])
    assert not available(NAME)
    web([DATA])
    assert fetch(NAME).read_bytes() == DATA


def test_a_cache_that_cannot_be_written(cache, web):
    cache.write_text("a file where the folder should be")
    web(*[[DATA]] * 3)
    with pytest.raises(OSError, match="LSTM_LAB_DATA"):
        fetch(NAME)


def test_a_local_folder_comes_first_and_is_never_changed(cache, web, tmp_path, monkeypatch):
    folder = tmp_path / "ours"
    folder.mkdir()
    monkeypatch.setenv("LSTM_LAB_DATA", str(folder))
    web([DATA])
    assert fetch(NAME) == cache / NAME  # the folder does not have the file
    (folder / NAME).write_bytes(DATA)
    assert fetch(NAME) == folder / NAME
    (folder / NAME).write_bytes(DATA[:-1])
    assert not available(NAME)
    with pytest.raises(ValueError, match="checksum"):
        fetch(NAME)
    (folder / ARCHIVE).write_bytes(b"no archive")
    with pytest.raises(ValueError, match="checksum"):
        fetch_members(ARCHIVE)
    assert (folder / NAME).read_bytes() == DATA[:-1] and (folder / ARCHIVE).exists()
    monkeypatch.setenv("LSTM_LAB_DATA", str(folder / NAME))
    with pytest.raises(ValueError, match="LSTM_LAB_DATA"):
        fetch(NAME)


def test_an_archive_is_checked_by_its_members(cache, web, tmp_path):
    for options in ({}, {"compression": zipfile.ZIP_DEFLATED, "folder": "wav/"}):
        web([pack(tmp_path / "a.zip", MEMBERS, **options)])
        assert fetch_members(ARCHIVE) == MEMBERS
        assert fetch_members(ARCHIVE) == MEMBERS  # from the cache
        (cache / ARCHIVE).unlink()


def test_a_wrong_archive_is_not_kept(cache, web, tmp_path):
    whole = pack(tmp_path / "a.zip", MEMBERS)
    for other in ({"a.wav": b"1"}, MEMBERS | {"b.wav": b"3"}, MEMBERS | {"c.wav": b"3"}):
        web([pack(tmp_path / "a.zip", other)])
        with pytest.raises(ValueError, match="checksum"):
            fetch_members(ARCHIVE)
    for damaged in (whole[:-30], whole.replace(b"a.wav1", b"a.wav2"), b"<html>"):
        web([damaged])
        with pytest.raises(ValueError, match="checksum"):
            fetch_members(ARCHIVE)
    assert list(cache.iterdir()) == []


def test_an_unknown_name(cache):
    for function in (fetch, fetch_members, available):
        with pytest.raises(ValueError, match=NAME):
            function("hamlet.txt")


def test_every_listed_address_names_a_commit():
    # A branch would let a file change under its checksum; a commit cannot.
    with open(bundled("downloads.csv"), encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            parts = row["url"].removesuffix(".zip").split("/")
            assert any(len(part) == 40 and int(part, 16) for part in parts)
            assert len(row["sha256"]) == 64 and int(row["sha256"], 16) and row["licence"]
