"""The embedded Redis: one server a data directory, whoever starts, dies or is killed; no accepted job is lost."""

import contextlib
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as NoConnectionError

from office.redis_server import EmbeddedRedis, RedisServerError, find, own_or_find

OWNER = """
import sys
from pathlib import Path
from office.redis_server import own_or_find
redis = own_or_find(Path(sys.argv[1]))
print("owner" if redis.is_owner else "guest", flush=True)
sys.stdin.read()
redis.stop()
"""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A place whose socket has a short enough name, and where no server is left behind."""
    place = Path(tempfile.mkdtemp(prefix="ringtrue"))
    yield place
    with contextlib.suppress(RedisServerError):
        last = own_or_find(place)  # ends whatever a test left running
        last.stop()
    shutil.rmtree(place)


@pytest.fixture
def redis(data_dir: Path) -> Iterator[EmbeddedRedis]:
    running = own_or_find(data_dir)
    yield running
    running.stop()


def pid_at(url: str) -> int:
    with Redis.from_url(url) as client:
        return int(client.info("server")["process_id"])


def another_process(data_dir: Path) -> "tuple[subprocess.Popen[str], str]":
    """A process that owns or finds the Redis of `data_dir` and stays until its input ends; and which of the two."""
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(data_dir)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def wait_for_end(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        handle = os.pidfd_open(pid)
        assert select.select([handle], [], [], 10)[0], "the server outlived its owner"
        os.close(handle)


def test_first_process_owns_and_others_find(redis: EmbeddedRedis, data_dir: Path) -> None:
    assert redis.is_owner
    assert find(data_dir) == redis.url
    guest, role = another_process(data_dir)
    assert role == "guest"
    guest.communicate(timeout=20)
    assert pid_at(redis.url) > 0  # the guest's leaving stopped nothing


def test_server_keeps_what_it_took_and_refuses_rather_than_forgets(redis: EmbeddedRedis) -> None:
    with Redis.from_url(redis.url) as client:
        asked = client.config_get("appendonly", "appendfsync", "maxmemory-policy", "save", "port")
    assert asked == {
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
        "save": "",
        "port": "0",
    }


def test_socket_is_for_its_owner_only(redis: EmbeddedRedis, data_dir: Path) -> None:
    assert (data_dir / "redis/redis.sock").stat().st_mode & 0o777 == 0o700
    assert (data_dir / "redis").stat().st_mode & 0o777 == 0o700


def test_find_before_any_start_gives_an_address_that_does_not_answer(data_dir: Path) -> None:
    assert not (data_dir / "redis").exists()
    with pytest.raises(NoConnectionError), Redis.from_url(find(data_dir)) as client:
        client.ping()
    assert not (data_dir / "redis").exists()


def test_stopped_server_remembers(redis: EmbeddedRedis, data_dir: Path) -> None:
    with Redis.from_url(redis.url) as client:
        client.rpush("jobs", "one")
    redis.stop()
    redis.ensure_running()
    with Redis.from_url(redis.url) as client:
        assert client.lrange("jobs", 0, -1) == [b"one"]


def test_killed_server_is_started_again_with_every_accepted_job(redis: EmbeddedRedis) -> None:
    with Redis.from_url(redis.url) as client:
        for job in range(500):
            client.rpush("jobs", job)
    killed = pid_at(redis.url)
    os.kill(killed, signal.SIGKILL)
    wait_for_end(killed)
    assert redis.ensure_running()
    assert not redis.ensure_running()
    with Redis.from_url(redis.url) as client:
        assert client.llen("jobs") == 500


def test_server_dies_with_its_killed_owner_and_the_next_owner_starts_one(data_dir: Path) -> None:
    owner, role = another_process(data_dir)
    assert role == "owner"
    server = pid_at(find(data_dir))
    owner.kill()
    owner.communicate()
    wait_for_end(server)
    next_owner = own_or_find(data_dir)
    assert next_owner.is_owner
    assert pid_at(next_owner.url) != server
    next_owner.stop()


def test_guest_becomes_owner_when_the_owner_is_gone(data_dir: Path) -> None:
    owner, _ = another_process(data_dir)
    guest = own_or_find(data_dir)
    assert not guest.is_owner
    owner.communicate(timeout=20)
    assert guest.ensure_running()
    assert guest.is_owner
    guest.stop()


def test_forked_child_does_not_keep_the_lock(redis: EmbeddedRedis, data_dir: Path) -> None:
    held, let_go = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(let_go)
        os.read(held, 1)
        os._exit(0)
    os.close(held)
    redis.stop()
    next_owner, role = another_process(data_dir)
    os.close(let_go)
    os.waitpid(child, 0)
    next_owner.communicate(timeout=20)
    assert role == "owner"


def test_forked_child_does_not_stop_the_server(redis: EmbeddedRedis) -> None:
    child = os.fork()
    if child == 0:
        redis.stop()
        os._exit(0)
    os.waitpid(child, 0)
    assert redis.is_owner
    assert not redis.ensure_running()
    assert pid_at(redis.url) > 0


def test_server_that_outlived_its_owner_is_ended_before_another_starts(redis: EmbeddedRedis, data_dir: Path) -> None:
    stranded = pid_at(redis.url)
    redis._disown()  # as when the owner was killed where nothing ties the server to it
    next_owner = own_or_find(data_dir)
    assert next_owner.is_owner
    assert pid_at(next_owner.url) != stranded
    wait_for_end(stranded)
    next_owner.stop()


def test_server_that_will_not_end_keeps_others_off_its_files(redis: EmbeddedRedis, data_dir: Path) -> None:
    hung = pid_at(redis.url)
    os.kill(hung, signal.SIGSTOP)
    redis._disown()
    with pytest.raises(RedisServerError, match="does not end"):
        EmbeddedRedis(data_dir, stop_within=0.2).ensure_running()
    os.kill(hung, signal.SIGCONT)


def test_long_path_is_served_on_a_loopback_port_with_a_password(data_dir: Path) -> None:
    deep = data_dir / ("d" * 100)
    redis = own_or_find(deep)
    try:
        assert redis.url.startswith("redis://:")
        assert find(deep) == redis.url
        assert (deep / "redis/url").stat().st_mode & 0o777 == 0o600
        shown = Path(f"/proc/{pid_at(redis.url)}/cmdline").read_bytes().decode()
        password = redis.url.removeprefix("redis://:").partition("@")[0]
        assert password not in shown
        with pytest.raises(NoConnectionError), Redis.from_url(redis.url.replace(password, "wrong")) as stranger:
            stranger.ping()
        before = redis.url
        redis.stop()
        redis.ensure_running()
        assert redis.url == before
    finally:
        redis.stop()


def test_find_with_a_long_path_and_no_server_gives_an_address_that_does_not_answer(data_dir: Path) -> None:
    with pytest.raises(NoConnectionError), Redis.from_url(find(data_dir / ("d" * 100))) as client:
        client.ping()


def test_odd_characters_in_the_path_are_no_matter(data_dir: Path) -> None:
    redis = own_or_find(data_dir / 'ä "q" \\n %20?#')
    assert pid_at(redis.url) > 0
    redis.stop()


def test_server_that_cannot_start_says_where_to_look(data_dir: Path) -> None:
    (data_dir / "redis/appendonlydir").mkdir(parents=True)
    (data_dir / "redis/appendonlydir/appendonly.aof.manifest").write_text("this is no manifest\n")
    with pytest.raises(RedisServerError, match=r"redis\.log"):
        own_or_find(data_dir)
    shutil.rmtree(data_dir / "redis/appendonlydir")
