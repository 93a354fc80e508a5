"""Waiting on hold and the recorded greeting in business.toml: what is read, what holds when left out, what is wrong where."""

import json
from datetime import timedelta

import pytest

from office.profile import HoldingPolicy, Profile, ProfileError, VoiceProfile, read

LEAST = """[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
[hours]
mon = ["09:00-17:30"]
[[staff]]
name = "Priya Shah"
phone = "+447700900101"
"""
DIGEST = "0123456789abcdef" * 4


def problems(lines: str) -> list[str]:
    """What is wrong with what stands below line 11."""
    with pytest.raises(ProfileError) as refused:
        read(LEAST + lines)
    return [line.removeprefix("business.toml:") for line in str(refused.value).splitlines()]


def test_profile_without_holding_waits_ten_minutes_with_our_music() -> None:
    assert read(LEAST).holding == HoldingPolicy(timedelta(minutes=10), None)
    assert read(LEAST).voice.greeting is None


@pytest.mark.parametrize(("written", "longest"), [("1m", 1), ("90s", 1.5), ("60m", 60), ("1h", 60)])
def test_holding_is_read_as_written(written: str, longest: float) -> None:
    holding = read(f'{LEAST}[holding]\nlongest = "{written}"\nmusic = "our-music.wav"\n').holding
    assert holding == HoldingPolicy(timedelta(minutes=longest), "our-music.wav")


@pytest.mark.parametrize("name", ["hello.wav", "Hello.MP3", "sounds/our  hello.wav", "/srv/hello.wav", f"{DIGEST}.mp3"])
def test_greeting_is_read_as_written(name: str) -> None:
    assert read(f'{LEAST}[voice]\ngreeting = "{name}"\n').voice == VoiceProfile(None, "en-GB", name)


def test_profile_with_sounds_stored_as_json_comes_back_the_same() -> None:
    profile = read(f'{LEAST}[voice]\ngreeting = "{DIGEST}.wav"\n[holding]\nlongest = "5m"\nmusic = "{DIGEST}.mp3"\n')
    assert Profile.from_tables(json.loads(json.dumps(profile.tables))) == profile


@pytest.mark.parametrize(
    ("line", "place", "wrong"),
    [
        ('longest = "59s"', "13: holding.longest", 'from 60s to 3600s; write for example "10m"'),
        ('longest = "61m"', "13: holding.longest", 'from 60s to 3600s; write for example "10m"'),
        ("longest = 10", "13: holding.longest", "length of time"),
        ("music = true", "13: holding.music", 'a WAV or MP3 file, in quotes; write for example "hello.wav"'),
        ('music = "tune.ogg"', "13: holding.music", "a WAV or MP3 file"),
        ('music = ""', "13: holding.music", "a WAV or MP3 file"),
        ('music = "a\\u0000.wav"', "13: holding.music", "a WAV or MP3 file"),
        (f'music = "{"a" * 400}.wav"', "13: holding.music", "a WAV or MP3 file"),
        ('offer_every = "30s"', "13: holding.offer_every", "unknown key; known are: longest, music"),
        ('musik = "tune.wav"', "13: holding.musik", 'did you mean "music"?'),
    ],
)
def test_wrong_holding_is_told_with_its_line_and_key(line: str, place: str, wrong: str) -> None:
    (told,) = problems(f"[holding]\n{line}\n")
    assert told.startswith(f"{place}: ")
    assert wrong in told


def test_wrong_greeting_does_not_hide_a_wrong_voice() -> None:
    misfit, greeting = problems('[voice]\nname = "Polly.Amy-Neural"\nlanguage = "en-US"\ngreeting = 5\n')
    assert misfit.startswith("14: voice.language: ")
    assert greeting.startswith("15: voice.greeting: ")
