"""What can go wrong with a file of accounts.

HubError
└── ImportProblem       the import cannot go on; the text says what to do, and quotes no cell
    ├── MapProblem      the map is not one, or does not fit the file's header
    └── FileUnreadable  the file cannot be read as a table

Unfit is raised within a row and becomes a line of the report.
"""

from __future__ import annotations

from app.hub.errors import HubError


class ImportProblem(HubError):
    """The import cannot go on."""


class MapProblem(ImportProblem):
    """The map is wrong, or speaks of columns that the file does not have."""


class FileUnreadable(ImportProblem):
    """The file is no table that can be read."""


class Unfit(ValueError):
    """A cell does not hold what its column should; the text is a sentence without the cell's content."""
