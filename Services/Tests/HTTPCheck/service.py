"""What the checks of HTTP ask with; the service itself is started by running.py."""
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))
from running import memory_mb, reference, server  # noqa: E402,F401

TEXTS = ["turn the light off", "switch off the lamp", "the price of wheat rose", "naïve café 北京 😀"]
