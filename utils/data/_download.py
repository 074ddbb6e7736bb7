"""Files too large to bundle: pooch downloads them once, and they are checked at every use.

``datasets/downloads.csv`` lists them, each with an address that names a commit and a SHA-256. A
file is taken from the folder in the environment variable ``LSTM_LAB_DATA`` if it is there, else
from the user's cache (``pooch.os_cache("lstm-lab")``), into which it is downloaded at first use.
"""

from __future__ import annotations

import csv
import hashlib
import os
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

import pooch
from requests.exceptions import RequestException

from utils.data._bundled import bundled

VARIABLE = "LSTM_LAB_DATA"
pooch.get_logger().setLevel("WARNING")  # its progress notes would stay in saved outputs


def fetch(name: str) -> Path:
    """Path of a listed file on this machine; downloads it at first use.

    Parameters
    ----------
    name
        As in ``datasets/downloads.csv``, for instance ``"tinyshakespeare.txt"``.

    Raises
    ------
    ValueError
        If no such file is listed, ``LSTM_LAB_DATA`` is not a folder, or the file found there or
        at the listed address has another checksum.
    ConnectionError
        If the file is not on this machine and cannot be downloaded.
    OSError
        If the cache cannot be written.
    """
    row = _row(name)
    return Path(_fetch(row, row["sha256"]))


def fetch_members(name: str) -> dict[str, bytes]:
    """Content of the files in one folder of a listed zip archive, by their names.

    For archives whose own bytes may change while the files in them do not, such as those that
    GitHub makes of a commit. The list names the folder (``members``); its ``sha256`` is that of
    the text which ``sha256sum *`` prints there.

    Raises
    ------
    ValueError, ConnectionError, OSError
        As :func:`fetch`; the checksum is that of the files in the folder.
    """
    row = _row(name)

    def read(path: str, _action: str, _keeper: pooch.Pooch) -> dict[str, bytes]:
        try:
            with zipfile.ZipFile(path) as archive:
                files = {
                    PurePosixPath(member).name: archive.read(member)
                    for member in archive.namelist()
                    if PurePosixPath(member).parent.name == row["members"] and member[-1] != "/"
                }
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise ValueError(f"{path} is damaged") from error
        lines = [f"{hashlib.sha256(files[key]).hexdigest()}  {key}\n" for key in sorted(files)]
        if hashlib.sha256("".join(lines).encode()).hexdigest() != row["sha256"]:
            raise ValueError(f"{path} holds other files")
        return files

    return _fetch(row, None, read)


def available(name: str) -> bool:
    """Whether :func:`fetch` would find the file on this machine, without a network."""
    row, path = _row(name), _folder(name) / name
    return path.is_file() and pooch.file_hash(str(path)) == row["sha256"]


def _row(name: str) -> dict[str, str]:
    with open(bundled("downloads.csv"), encoding="utf-8", newline="") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    if name not in rows:
        raise ValueError(f"name is {name!r}; known downloads are {', '.join(sorted(rows))}.")
    return rows[name]


def _folder(name: str) -> Path:
    """The folder in ``LSTM_LAB_DATA`` if it has the file, else the cache."""
    value = os.environ.get(VARIABLE)
    if value:
        folder = Path(value).expanduser()
        if not folder.is_dir():
            raise ValueError(
                f"{VARIABLE} is {value!r}, which is not a folder; correct or unset it."
            )
        if (folder / name).is_file():
            return folder
    return pooch.os_cache("lstm-lab")


def _fetch(row: dict[str, str], sha256: str | None, processor: Callable | None = None) -> Any:
    """What pooch's ``fetch`` returns; every failure is one sentence that says what to do."""
    name, url, folder = row["name"], row["url"], _folder(row["name"])
    cached = folder == pooch.os_cache("lstm-lab")
    keeper = pooch.create(
        folder,
        base_url="",
        registry={name: sha256},
        urls={name: url},
        retry_if_failed=2,
        allow_updates=cached,  # a file of the user's is never overwritten
    )
    try:
        return keeper.fetch(name, processor=processor)
    except (OSError, ValueError) as error:
        if isinstance(error, RequestException):
            kind, problem = ConnectionError, f"could not be downloaded ({type(error).__name__})"
        elif isinstance(error, OSError):
            kind, problem = OSError, f"cannot be kept in {folder} ({error})"
        else:
            if cached:  # an archive without a checksum of its own would be found there again
                (folder / name).unlink(missing_ok=True)
            source = url if cached else folder
            kind, problem = ValueError, f"from {source} does not have the listed checksum"
        raise kind(
            f"{name} {problem}; try again, or save {url} as {name} in a folder and set {VARIABLE} "
            "to the path of that folder."
        ) from error
