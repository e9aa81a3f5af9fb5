"""What introduction paths are built from: the organizations to reach (`goals`), and links (`links`, `ends`)."""

from .goals import Goal, load_goal
from .search import Introduction, find_introductions
