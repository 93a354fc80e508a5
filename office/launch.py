"""Ringtrue on one machine, by one command: starts what the Procfile names and keeps it up until Ctrl-C.

`python -m office.launch [--once]`, which ./run does. Without a carrier account the stand-in carrier is started too and
the sample call is placed (office/tryout.py); with `--once` that is all.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from office import tryout
from office.settings import Settings, SettingsError

STOP_WITHIN = 25.0
"""Seconds that a process has to end by itself: a turn or a placed call is over sooner."""

LONGEST_PAUSE = 30.0
"""Seconds before a process that keeps dying is started again; the first time it is one."""

STEADY = 60.0
"""Seconds after which a process that died counts as having been well."""

GLANCE = 0.2
"""Seconds between two looks at what runs."""


class Child:
    """A process of ours, started again when it dies, unless it is to run `once`. `log` takes what it says."""

    def __init__(self, name: str, command: list[str], log: Path, *, once: bool = False) -> None:
        self.name, self.command, self.log, self.once = name, command, log, once
        self.process: subprocess.Popen[bytes] | None = None
        self._deaths, self._started, self._again_at = 0, 0.0, 0.0
        log.unlink(missing_ok=True)

    def tend(self, now: float) -> None:
        """Start it if it is not running; if it has just died, say so and start it after a pause that doubles."""
        if self.once and self.process:
            self._finish()
        elif self.process and self.process.poll() is not None:
            self._deaths = 1 if now - self._started > STEADY else self._deaths + 1
            pause = min(2.0 ** (self._deaths - 1), LONGEST_PAUSE)
            self._again_at = now + pause
            tell(f"{self.name} ended ({self.process.returncode}); again in {pause:.0f} s. {self._last_words()}")
            self.process = None
        if not self.process and now >= self._again_at:
            self._started = now
            self.process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            # A session of its own, so that Ctrl-C reaches us alone and we end things in order.
            return subprocess.Popen(  # noqa: S603 - commands of the Procfile
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def _finish(self) -> None:
        """What is to run once has ended: only its failure is worth a line."""
        if self.process and self.process.poll() and not self._deaths:
            self._deaths = 1
            tell(self._last_words())

    def _last_words(self) -> str:
        said = self.log.read_text(errors="replace").strip()
        return f"Last words, in {self.log}: {said.rpartition(chr(10))[2]}" if said else "It said nothing."


def main(arguments: list[str]) -> int:
    """Bring everything up; 0 when it was stopped or the sample call went well, else 1 having said why."""
    for name in (signal.SIGINT, signal.SIGTERM):  # one way of being stopped; a script's `./run &` comes deaf to SIGINT
        signal.signal(name, signal.default_int_handler)
    once, children = arguments == ["--once"], list[Child]()
    try:
        return bring_up(Settings.from_environment(), children, once=once)
    except (SettingsError, tryout.CommandError) as error:
        tell(str(error))
        return 1
    except KeyboardInterrupt:
        tell("\nStopping …")
        return int(once)
    finally:
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, signal.SIG_IGN)  # a second Ctrl-C would leave half of it running
        stop(children)


def bring_up(settings: Settings, children: list[Child], *, once: bool) -> int:
    """Start everything and stay until interrupted; with `once`, until the sample call was told."""
    trouble = why_not(settings, once=once)
    if trouble:
        tell(trouble)
        return 1
    commands = read_procfile(Path("Procfile").read_text(encoding="utf-8"))
    if not release(commands.pop("release")):
        return 1
    with_sample = settings.standin and tryout.is_sample(settings)
    if once and not with_sample:
        tell("There is another business here than the sample's. Choose another place: DATA_DIR=another ./run --once")
        return 1
    if settings.standin:
        commands = {"carrier": tryout.carrier_command(settings)} | commands
    start(settings, commands, children)
    install_words(settings, children)
    told = follow(tryout.start_story(settings), children) if with_sample else 0
    return told if once else stay(settings, children)


def release(command: list[str]) -> bool:
    """Whether the release step went well; what it said is worth reading only when it did not."""
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - the Procfile's own
    if done.returncode:
        tell(f"The release step failed:\n{done.stdout}{done.stderr}".strip())
    return done.returncode == 0


def why_not(settings: Settings, *, once: bool) -> str | None:
    """One line that says why nothing can be started, with the remedy; None when it can."""
    if once and not settings.standin:
        return "The sample call needs the stand-in carrier: unset TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN."
    needed = {settings.port: "the pages"}
    if settings.standin:
        needed[settings.port + 1] = "the stand-in carrier"
    for port, what in needed.items():
        if not is_free(port):
            return f"Port {port}, for {what}, is taken. Choose another: PORT={settings.port % 65000 + 100} ./run"
    return None


def is_free(port: int) -> bool:
    """Whether nobody listens on that port of this machine."""
    with socket.socket() as probe, suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: a port just left is free
        probe.bind(("", port))
        return True
    return False


def read_procfile(text: str) -> dict[str, list[str]]:
    """Each process's name and the command that runs it; the shell fills in variables."""
    lines = (line.partition(":") for line in text.splitlines() if line.strip())
    return {name.strip(): ["/bin/sh", "-c", f"exec {command.strip()}"] for name, _, command in lines}


def start(settings: Settings, commands: dict[str, list[str]], children: list[Child]) -> None:
    """Start each command, with a log of its own in DATA_DIR/log."""
    logs = settings.data_dir / "log"
    logs.mkdir(exist_ok=True)
    for name, command in commands.items():
        children.append(Child(name, command, logs / f"{name}.log"))
    tend(children)


def install_words(settings: Settings, children: list[Child]) -> None:
    """The speech engine, meanwhile: nobody waits for it to ring, and messages wait for it by themselves."""
    if not Path("run").is_file():
        return
    if not tryout.has_words():
        tell(f"The speech engine is being installed meanwhile: {settings.data_dir}/log/words.log\n")
    words = Child("words", [sys.executable, "run", "words"], settings.data_dir / "log" / "words.log", once=True)
    children.append(words)
    tend([words])


def follow(story: "subprocess.Popen[str]", children: list[Child]) -> int:
    """Keep everything up while the story is told; its own status."""
    try:
        while story.poll() is None:
            tend(children)
            time.sleep(GLANCE)
    finally:
        story.kill()
    return story.wait()


def stay(settings: Settings, children: list[Child]) -> int:
    """Say where everything is, and keep it up until interrupted."""
    tell(f"\nThe console: {settings.public_base_url}/   What the processes say: {settings.data_dir}/log/")
    told = tryout.invitation(settings) if settings.standin else tryout.welcome()
    if told:
        tell(told)
    tell("Ctrl-C stops everything.")
    while True:
        tend(children)
        time.sleep(GLANCE)


def tend(children: list[Child]) -> None:
    """Start again whatever of ours has died, each time a little later."""
    for child in children:
        child.tend(time.monotonic())


def stop(children: list[Child], within: float = STOP_WITHIN) -> None:
    """End everything: each process is asked, and what has not ended in time is killed with all that it started."""
    running = [child.process for child in children if child.process]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + within
    for process in running:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def tell(words: str) -> None:
    """A line for whoever started us, at once."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
