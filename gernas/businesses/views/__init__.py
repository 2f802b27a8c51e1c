"""Pages of businesses: the back office, the public catalogue, and one's own."""

from gernas.businesses.views import editing, files, imports, lists, own, public, twins
from gernas.businesses.views.blueprint import bp

__all__ = ["bp", "editing", "files", "imports", "lists", "own", "public", "twins"]
