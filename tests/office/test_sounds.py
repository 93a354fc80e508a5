"""The business's own audio: taken in with business.toml, named by what is in it, found again; refused with key and line."""

import io
import wave
from pathlib import Path

import pytest
from sqlalchemy import func, select

from office import people, sounds
from office.profile import Profile, ProfileError
from office.tables import Sound
from office.wiring import Office

MP3 = b"\xff\xfb\x90\x00" + bytes(413)  # 26 milliseconds
SLOW_MP3 = b"\xff\xe3\x18\x00" + bytes(68)  # 72 milliseconds in 72 bytes
FILE = """[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
[hours]
always = true
[holding]
music = "music.wav"
[voice]
greeting = "hello.wav"
[[staff]]
name = "Priya Shah"
phone = "+447700900101"
"""


def wav(seconds: float, tone: bytes = b"\0\x10") -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams((1, 2, 8000, 0, "NONE", ""))
        out.writeframes(tone * int(seconds * 8000))
    return file.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two good files and a business.toml that names them."""
    (tmp_path / "hello.wav").write_bytes(wav(15))
    (tmp_path / "music.wav").write_bytes(wav(25))
    return tmp_path


def take_in(office: Office, folder: Path, text: str = FILE) -> Profile:
    with office.database.transaction() as session:
        profile = sounds.take_in(session, text, folder / "business.toml")
        people.save_business(session, profile)
    return profile


def refused(office: Office, folder: Path, text: str = FILE) -> list[str]:
    """Every problem, without the folder before it."""
    with pytest.raises(ProfileError) as error:
        take_in(office, folder, text)
    return [line.removeprefix(f"{folder}/business.toml:") for line in str(error.value).splitlines()]


def kept(office: Office) -> int | None:
    with office.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Sound))


def found(office: Office, name: str | None) -> bytes | None:
    assert name is not None
    with office.database.reading() as session:
        return sounds.find(session, name)


def test_audio_is_found_by_the_name_that_the_stored_business_says(office: Office, folder: Path) -> None:
    take_in(office, folder)
    with office.database.reading() as session:
        business = office.business(session)
    assert found(office, business.holding.music) == wav(25)
    assert found(office, business.voice.greeting) == wav(15)


def test_audio_is_read_once_and_needed_no_more(office: Office, folder: Path) -> None:
    profile = take_in(office, folder)
    (folder / "music.wav").unlink()
    assert Profile.from_tables(profile.tables) == profile
    assert found(office, profile.holding.music) == wav(25)


def test_same_audio_taken_in_twice_changes_nothing(office: Office, folder: Path) -> None:
    (folder / "music.wav").write_bytes(wav(15))
    first = take_in(office, folder)
    assert take_in(office, folder) == first
    assert first.holding.music == first.voice.greeting
    assert kept(office) == 1


def test_changed_file_of_the_same_name_is_another_sound_and_the_old_one_stays(office: Office, folder: Path) -> None:
    before = take_in(office, folder).holding.music
    (folder / "music.wav").write_bytes(wav(25, b"\0\x20"))
    after = take_in(office, folder).holding.music
    assert after != before
    assert found(office, after) == wav(25, b"\0\x20")
    assert found(office, before) == wav(25)


def test_file_elsewhere_is_found_by_its_whole_path(office: Office, folder: Path, tmp_path_factory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "tune.wav"
    elsewhere.write_bytes(wav(2))
    profile = take_in(office, folder, FILE.replace('"music.wav"', f'"{elsewhere}"'))
    assert found(office, profile.holding.music) == wav(2)


def test_kind_is_told_by_the_content_and_not_by_the_name(office: Office, folder: Path) -> None:
    (folder / "music.wav").write_bytes(MP3 * 10)
    name = take_in(office, folder).holding.music
    assert name is not None
    assert name.endswith(".mp3")
    assert found(office, name) == MP3 * 10


def test_business_without_audio_keeps_none(office: Office, folder: Path) -> None:
    profile = take_in(office, folder, FILE.replace('music = "music.wav"', "").replace('greeting = "hello.wav"', ""))
    assert (profile.holding.music, profile.voice.greeting, kept(office)) == (None, None, 0)


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (None, "cannot be read: no such file or directory; it is looked for in "),
        (b"no sound at all", "is neither WAV nor MP3 inside, whatever its name says; save it as "),
        (wav(15)[:-2], "is cut short: "),
        (wav(15.2), "plays for 15.2s, and 15s is the most here; make it shorter"),
        (MP3 * 600, "plays for 15.7s, and 15s is the most here; make it shorter"),
        (bytes(2 * 1024**2 + 1), "is larger than 2 MB; save it as MP3, or make it shorter"),
    ],
)
def test_bad_greeting_is_told_with_its_line_and_key_and_changes_nothing(
    office: Office, folder: Path, content: bytes | None, wrong: str
) -> None:
    (folder / "hello.wav").unlink()
    if content is not None:
        (folder / "hello.wav").write_bytes(content)
    [told] = refused(office, folder)
    assert told.startswith(f'12: voice.greeting: "hello.wav" {wrong}')
    assert kept(office) == 0


def test_music_may_play_for_half_a_minute_and_no_longer(office: Office, folder: Path) -> None:
    (folder / "music.wav").write_bytes(SLOW_MP3 * 416)
    assert take_in(office, folder).holding.music is not None
    (folder / "music.wav").write_bytes(SLOW_MP3 * 418)
    assert refused(office, folder) == [
        '10: holding.music: "music.wav" plays for 30.1s, and 30s is the most here; make it shorter'
    ]


def test_all_bad_files_are_told_in_the_order_of_their_lines(office: Office, folder: Path) -> None:
    (folder / "hello.wav").write_bytes(b"")
    (folder / "music.wav").unlink()
    (folder / "music.wav").mkdir()
    music, greeting = refused(office, folder)
    assert music.startswith('10: holding.music: "music.wav" cannot be read: is a directory; ')
    assert greeting.startswith('12: voice.greeting: "hello.wav" is neither WAV nor MP3')


def test_file_from_a_windows_editor_is_told_with_the_right_line(office: Office, folder: Path) -> None:
    (folder / "music.wav").unlink()
    holding = '[holding]\nmusic = "music.wav"\n'
    [told] = refused(office, folder, "\ufeff" + (holding + FILE.replace(holding, "")).replace("\n", "\r\n"))
    assert told.startswith("2: holding.music: ")


def test_wrong_value_is_told_before_any_file_is_looked_at(office: Office, folder: Path) -> None:
    (folder / "music.wav").unlink()
    [told] = refused(office, folder, FILE.replace("always = true", "always = 5"))
    assert told.startswith("8: hours.always: ")


def test_name_that_is_none_of_ours_finds_nothing(office: Office, folder: Path) -> None:
    name = take_in(office, folder).voice.greeting or ""
    for other in ("", "hello.wav", name.replace(".wav", ".mp3"), name.upper(), name + "\n", "0" * 64 + ".wav"):
        assert found(office, other) is None
