"""Lists of shows and of attendance at workshops."""

from .attendance import ATTENDANCE
from .shows import SHOWS
