"""The sounds that ship: music for callers on hold, and the chime that says that we are ringing somebody for them.

Both are WAV files as telephone lines carry sound (mu-law, 8,000 samples a second, one channel), composed for this
product. They begin and end in silence, so that they may be played again and again.
"""

from datetime import timedelta
from pathlib import Path

HOLD = "hold.wav"
RINGING = "ringing.wav"

LENGTHS = {HOLD: timedelta(seconds=30), RINGING: timedelta(seconds=6)}
"""Every sound that ships, and how long it plays."""

FOLDER = Path(__file__).parent
