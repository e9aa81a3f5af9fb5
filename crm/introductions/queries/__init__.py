"""What introduction paths are built from: the organizations to reach (`goals`), and links (`links`, `ends`)."""

from .goals import Goal, TargetRow, load_goal
from .search import Introduction, find_introductions

__all__ = ["Goal", "Introduction", "TargetRow", "find_introductions", "load_goal"]
