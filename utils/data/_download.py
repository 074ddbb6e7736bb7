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
    return Path(_fetch(name, _row(name)["sha256"], None))


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
                inside = [m for m in archive.namelist() if m.split("/")[-2:-1] == [row["members"]]]
                files = {PurePosixPath(m).name: archive.read(m) for m in sorted(inside) if m[-1] != "/"}
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise ValueError(f"{path} is damaged") from error
        lines = [f"{hashlib.sha256(files[key]).hexdigest()}  {key}\n" for key in sorted(files)]
        if hashlib.sha256("".join(lines).encode()).hexdigest() != row["sha256"]:
            raise ValueError(f"{path} holds other files")
        return files

    return _fetch(name, None, read)


def available(name: str) -> bool:
    """Whether :func:`fetch` would find the file on this machine, without a network.

    Raises
    ------
    ValueError
        If no such file is listed, or ``LSTM_LAB_DATA`` is not a folder.
    """
    sha256, path = _row(name)["sha256"], _folder(name) / name
    return path.is_file() and pooch.file_hash(str(path)) == sha256


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
            raise ValueError(f"{VARIABLE} is {value!r}, which is not a folder; correct or unset it.")
        if (folder / name).is_file():
            return folder
    return pooch.os_cache("lstm-lab")


def _fetch(name: str, sha256: str | None, processor: Callable[..., Any] | None) -> Any:
    """What pooch's ``fetch`` returns; every failure as one sentence that says what to do."""
    url, folder = _row(name)["url"], _folder(name)
    cached = folder == pooch.os_cache("lstm-lab")
    by_hand = f"save {url} as {name} in a folder and set {VARIABLE} to the path of that folder"
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
    except RequestException as error:
        raise ConnectionError(
            f"{name} is not on this machine and could not be downloaded ({type(error).__name__}); "
            f"connect to the internet and try again, or {by_hand}."
        ) from error
    except ValueError as error:
        if cached:
            (folder / name).unlink(missing_ok=True)
        raise ValueError(
            f"{name} {'downloaded from ' + url if cached else f'in {folder}'} does not have the "
            "checksum in datasets/downloads.csv, so it is incomplete or another version; "
            + (f"try again, or {by_hand}." if cached else f"replace it or unset {VARIABLE}.")
        ) from error
    except OSError as error:
        raise OSError(
            f"{folder} cannot be used for {name} ({error}); free some space or correct the rights, "
            f"or {by_hand}."
        ) from error
