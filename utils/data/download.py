"""Files that are too large to bundle: fetched once, checked always.

``datasets/downloads.csv`` lists them, each with a pinned address and its SHA-256. A file is
looked for in this order, and used only if its checksum is the listed one:

1. the folder that the environment variable ``LSTM_LAB_DATA`` names, if it names a folder
   (a path, or ``file://...``);
2. the cache: the folder named by ``LSTM_LAB_CACHE``, or else the usual place of the platform;
3. the mirror that ``LSTM_LAB_DATA`` names, if it is the base address of one (``http://...``
   or ``https://...``): the file's name is added to it;
4. the address in the list.

Whatever is downloaded is checked in a temporary folder first and then appears in the cache in
one step, so that an interrupted download leaves nothing there and two processes that fetch the
same file at once both end with a whole one.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import os
import shutil
import stat
import sys
import tarfile
import tempfile
import time
import urllib.parse
import urllib.request
import uuid
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO, NamedTuple

DATA_VARIABLE = "LSTM_LAB_DATA"
CACHE_VARIABLE = "LSTM_LAB_CACHE"

_REGISTRY = Path(__file__).resolve().parents[2] / "datasets" / "downloads.csv"
_RETRIES = 2  # after the first attempt, at one address
_TIMEOUT = (5.0, 15.0)  # seconds to connect, and between two pieces of the answer
_DEADLINE = 600.0  # seconds for one attempt: a server that trickles must come to an end
_CHUNK = 2**16  # bytes
_STALE = 3600.0  # seconds after which a piece left by a killed process is cleared away


class Download(NamedTuple):
    """A row of ``datasets/downloads.csv``."""

    name: str
    url: str
    sha256: str
    bytes: int
    licence: str
    source: str
    what: str


def fetch(name: str) -> Path:
    """Where a listed file lies on this machine; downloads it if it is nowhere yet.

    Parameters
    ----------
    name
        As in ``datasets/downloads.csv``, for instance ``"tinyshakespeare.txt"``.

    Returns
    -------
    Path
        A file whose SHA-256 has just been compared with the listed one.

    Raises
    ------
    ValueError
        If no such file is listed, or ``LSTM_LAB_DATA`` is neither a folder nor an address.
    ConnectionError
        If the file is not on this machine and no address gave it; says what to do.
    OSError
        If the cache folder cannot be written; says what to do.
    """
    entry = _entry(name)
    found, reasons = _find(entry)
    if found is not None:
        return found
    target = _writable_cache() / entry.name
    for url in _addresses(entry):
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            try:
                checked = _download(entry, url, folder)
            except (OSError, ValueError) as error:  # what requests raises is an OSError
                reasons.append(f"{url}: {_reason(error)}")
            else:
                _keep(checked, target, entry)
                return target
    raise ConnectionError(_no_source(entry, reasons))


def available(name: str) -> bool:
    """Whether ``fetch`` would find the file on this machine, without a network.

    Parameters
    ----------
    name
        As in ``datasets/downloads.csv``.

    Raises
    ------
    ValueError
        If no such file is listed, or ``LSTM_LAB_DATA`` is neither a folder nor an address.
    """
    found, _ = _find(_entry(name))
    return found is not None


def cache_folder() -> Path:
    """Where downloads are kept: ``LSTM_LAB_CACHE``, or the platform's usual place.

    The folder need not exist yet; ``fetch`` makes it.
    """
    chosen = os.environ.get(CACHE_VARIABLE, "").strip()
    if chosen:
        return Path(chosen).expanduser().absolute()
    import pooch

    return Path(pooch.os_cache("lstm-lab"))


def safe_extract(archive: str | Path, folder: str | Path) -> Path:
    """Unpack a tar or zip archive into a new folder, or refuse it as a whole.

    All members are looked at before the first is written. The folder appears in one step when
    everything in it is complete, so a folder that is there can be trusted.

    Parameters
    ----------
    archive
        A ``.zip``, ``.tar``, ``.tar.gz`` or ``.tar.bz2`` file.
    folder
        Where its members go. Must not exist, or be empty.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    ValueError
        If the file is no such archive or is damaged, or if a member has an absolute path or
        ``..`` in it, or is a link or a device.
    FileExistsError
        If the folder exists and is not empty.
    """
    archive, folder = Path(archive), Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(
            f"folder is {folder}, which exists and is not empty; delete it or name another."
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".extract-") as staging:
        whole = Path(staging) / "whole"
        whole.mkdir()
        try:
            _extract(archive, whole)
        except (tarfile.TarError, zipfile.BadZipFile, EOFError, zlib.error) as error:
            raise ValueError(
                f"archive {archive} is damaged ({error}); delete it and fetch it again."
            ) from error
        if folder.exists():
            folder.rmdir()
        whole.rename(folder)
    return folder


def _entry(name: str) -> Download:
    with open(_REGISTRY, encoding="utf-8", newline="") as file:
        rows = [Download(**{**row, "bytes": int(row["bytes"])}) for row in csv.DictReader(file)]
    entries = {row.name: row for row in rows}
    if name not in entries:
        raise ValueError(f"name is {name!r}; known downloads are {', '.join(sorted(entries))}.")
    return entries[name]


def _data_source() -> tuple[Path | None, str | None]:
    """``LSTM_LAB_DATA`` as a folder or as the base address of a mirror; at most one of them."""
    value = os.environ.get(DATA_VARIABLE, "").strip()
    if not value:
        return None, None
    if "://" not in value:
        return Path(value).expanduser().absolute(), None
    parts = urllib.parse.urlsplit(value)
    if parts.scheme == "file":
        return Path(urllib.request.url2pathname(parts.path)), None
    if parts.scheme in ("http", "https"):
        return None, value.rstrip("/") + "/"
    raise ValueError(
        f"{DATA_VARIABLE} is {value!r}; allowed are the path of a folder, file://, http:// and "
        "https://. Change or unset the environment variable."
    )


def _find(entry: Download) -> tuple[Path | None, list[str]]:
    """The checked file on this machine, or None and why each place did not have it."""
    reasons = []
    folder, _ = _data_source()
    places = [(f"{DATA_VARIABLE} ({folder})", folder)] if folder is not None else []
    places.append((f"the cache ({cache_folder()})", cache_folder()))
    for place, folder in places:
        path = folder / entry.name
        if not path.is_file():
            reasons.append(f"{place}: no file {entry.name}")
            continue
        try:
            with open(path, "rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            reasons.append(f"{place}: {entry.name} cannot be read ({error.strerror})")
            continue
        if digest == entry.sha256:
            return path, []
        reasons.append(f"{place}: {entry.name} has another checksum, so it is not used")
    return None, reasons


def _addresses(entry: Download) -> list[str]:
    _, mirror = _data_source()
    return [entry.url] if mirror is None else [mirror + entry.name, entry.url]


def _download(entry: Download, url: str, folder: str) -> Path:
    """Fetch one address into a folder, with retries; returns the file if its checksum is right."""
    import pooch

    pooch.get_logger().setLevel("WARNING")  # its notes would stay in the notebook
    keeper = pooch.create(
        path=folder,
        base_url="",
        registry={entry.name: f"sha256:{entry.sha256}"},
        urls={entry.name: url},
        retry_if_failed=_RETRIES,
    )

    def downloader(url: str, output_file: str, _pooch: object) -> None:
        with _bar(entry) as update:
            _stream(url, output_file, entry.bytes, update)

    return Path(keeper.fetch(entry.name, downloader=downloader))


def _stream(url: str, output_file: str, size: int, update: Callable[[int], None]) -> None:
    """Write what an address gives into a file; stops at more bytes or more time than fitting."""
    import requests

    deadline = time.monotonic() + _DEADLINE
    received = 0
    with requests.get(url, stream=True, timeout=_TIMEOUT) as response:
        if response.status_code in (401, 403, 404, 410):
            # Not one of the errors that pooch tries again: the answer will be the same.
            raise FileNotFoundError(f"the server refuses or has no such file ({response.reason})")
        response.raise_for_status()
        with open(output_file, "wb") as file:
            for chunk in response.iter_content(_CHUNK):
                file.write(chunk)
                received += len(chunk)
                update(len(chunk))
                if received > size:
                    raise OSError(f"the file there is longer than the {size} bytes expected")
                if time.monotonic() > deadline:
                    raise TimeoutError(f"not complete after {_DEADLINE:.0f} seconds")


@contextlib.contextmanager
def _bar(entry: Download) -> Iterator[Callable[[int], None]]:
    """A function to call with the number of bytes that arrived; draws a bar in a notebook only."""
    if not _in_notebook():
        yield lambda _bytes: None
        return
    from utils.progress import Progress  # imports Keras, so not where no bar is drawn

    with Progress(f"downloading {entry.name}", total=entry.bytes) as bar:
        yield bar.update


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")  # not imported: no notebook runs here
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


def _writable_cache() -> Path:
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error
    return folder


def _keep(checked: Path, target: Path, entry: Download) -> None:
    """Copy a checked file into the cache so that it appears there in one step."""
    part = target.with_name(f".{target.name}.{uuid.uuid4().hex}.part")
    try:
        _clear_stale_parts(target.parent)
        shutil.copyfile(checked, part)
        os.replace(part, target)
    except OSError as error:
        # Windows refuses to replace a file that another process is reading. If that process
        # has put the right file there, nothing is missing.
        if _find(entry)[0] is None:
            raise _unwritable(target.parent, error) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _clear_stale_parts(folder: Path) -> None:
    for part in folder.glob(".*.part"):
        with contextlib.suppress(OSError):  # another process may be clearing it too
            if time.time() - part.stat().st_mtime > _STALE:
                part.unlink()


def _unwritable(folder: Path, error: OSError) -> OSError:
    return OSError(
        f"the cache folder {folder} cannot be written ({error.strerror or error}). Make room or "
        f"give yourself the right to write there, or set the environment variable "
        f"{CACHE_VARIABLE} to a folder that you can write, and run this again."
    )


def _reason(error: Exception) -> str:
    import requests

    if isinstance(error, requests.exceptions.HTTPError):
        return f"the server answers {error.response.status_code} ({error.response.reason})"
    if isinstance(error, requests.exceptions.Timeout):
        return "no answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "no secure connection (its certificate is not accepted here)"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection broke off before the file was complete"
    if isinstance(error, requests.exceptions.ConnectionError):
        return "no connection"
    if isinstance(error, ValueError):
        return "the file there has another checksum, so it is not used"
    return str(error)


def _no_source(entry: Download, reasons: list[str]) -> str:
    tried = "\n".join(f"  - {reason}" for reason in reasons)
    return (
        f"{entry.name} is not on this machine and could not be downloaded. Tried:\n{tried}\n"
        "What to do: connect to the internet and run this again. Without a network, get the "
        f"file ({entry.bytes:,} bytes) from\n  {entry.url}\n"
        f"on another machine, save it under the name {entry.name} in a folder here, and set the "
        f"environment variable {DATA_VARIABLE} to that folder (or to the address of a mirror "
        "that has the file) before you start Jupyter."
    )


def _extract(archive: Path, folder: Path) -> None:
    # Tar first: a tar whose last member is a zip would pass for a zip.
    if tarfile.is_tarfile(archive):
        with tarfile.open(archive) as tar:
            members = tar.getmembers()
            for member in members:
                _check_member(archive, member.name, member.isfile() or member.isdir())
            for member in members:
                _write_member(
                    folder / member.name, None if member.isdir() else tar.extractfile(member)
                )
    elif zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as zipped:
            members = zipped.infolist()
            for member in members:
                kind = stat.S_IFMT(member.external_attr >> 16)
                _check_member(archive, member.filename, kind in (0, stat.S_IFREG, stat.S_IFDIR))
            for member in members:
                _write_member(
                    folder / member.filename, None if member.is_dir() else zipped.open(member)
                )
    else:
        raise ValueError(f"archive {archive} is neither a tar nor a zip file.")


def _check_member(archive: Path, name: str, plain: bool) -> None:
    posix, windows = PurePosixPath(name), PureWindowsPath(name)
    if posix.is_absolute() or windows.drive or windows.root:
        problem = "has an absolute path"
    elif ".." in windows.parts:  # splits at both kinds of slash
        problem = "has '..' in its path"
    elif not plain:
        problem = "is a link or a device"
    else:
        return
    raise ValueError(
        f"archive {archive} is refused, nothing was unpacked: its member {name!r} {problem}. "
        "Fetch the archive again from its source."
    )


def _write_member(path: Path, content: IO[bytes] | None) -> None:
    """Make a folder (no content) or a file; rights and owners in the archive are left out."""
    if content is None:
        path.mkdir(parents=True, exist_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with content, open(path, "wb") as file:
        shutil.copyfileobj(content, file)
