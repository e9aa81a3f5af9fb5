"""Pages of projects and needs: lists, board, forms, parties, stages."""

from . import leads, needs, projects, structure
from .bp import bp

__all__ = ["bp", "leads", "needs", "projects", "structure"]
