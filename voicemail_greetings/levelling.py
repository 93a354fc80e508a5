"""Sound made even: silence cut away at both ends, spoken as loud as any other, never too loud. Pure: samples in, samples out."""

from __future__ import annotations  # array[int] is no object before Python 3.12

import math
from array import array
from collections.abc import Iterator
from operator import mul

RATE = 8_000
"""Samples a second of everything that a telephone plays."""

FULL = 32_768
"""The loudest that 16 bits can hold."""

WANTED = 0.1 * FULL
"""Root mean square of what is spoken: -20 dBFS."""

LOUDEST = int(10 ** (-3.5 / 20) * FULL)
"""No sample is above this: -3.5 dBFS."""

KNEE = int(10 ** (-9 / 20) * FULL)
"""From here on louder sounds are bent down softly, so that one cough does not make the rest quiet."""

MOST_GAIN = 20.0
"""A whisper is made so many times louder at most: above that it is the room that is heard."""

WINDOW = RATE // 50
"""Samples that are heard as one: 20 ms."""

QUIET = 80
"""Root mean square of a window, about -52 dBFS, below which nobody speaks, and ..."""

BELOW = 30.0
"""... so many times softer than the loudest window it is a pause."""

MARGIN = int(0.3 * RATE)
"""Samples of silence that may stay at either end."""


def levelled(samples: array[int]) -> array[int]:
    """16-bit samples at RATE, cut and made as loud as wanted; empty when nobody can be heard in them."""
    loudness = list(_loudness(samples))
    loudest = max(loudness, default=0.0)
    if loudest < QUIET:
        return array("h")
    least = max(QUIET, loudest / BELOW)
    spoken = [place for place, loud in enumerate(loudness) if loud >= least]
    begins, ends = spoken[0] * WINDOW - MARGIN, (spoken[-1] + 1) * WINDOW + MARGIN
    mean = math.sqrt(sum(loudness[place] ** 2 for place in spoken) / len(spoken))
    louder = _made_louder(min(WANTED / mean, MOST_GAIN))
    return array("h", map(louder.__getitem__, samples[max(begins, 0) : ends]))


def _loudness(samples: array[int]) -> Iterator[float]:
    """The root mean square of each window."""
    for at in range(0, len(samples), WINDOW):
        window = samples[at : at + WINDOW]
        yield math.sqrt(sum(map(mul, window, window)) / len(window))


def _made_louder(gain: float) -> list[int]:
    """What each sample becomes, with negative ones counted from the end, as Python does."""
    up = [_bent(gain * sample) for sample in range(FULL)]
    return [*up, -_bent(gain * FULL), *(-sample for sample in up[:0:-1])]


def _bent(sample: float) -> int:
    """Above the knee ever less, and never above the loudest."""
    if sample <= KNEE:
        return round(sample)
    room = LOUDEST - KNEE
    return KNEE + int(room * math.tanh((sample - KNEE) / room))
