"""Makes a script out of a spreadsheet with one row per answer (CSV or XLSX).

Takes bytes and gives the text of a `.call.md` file that parses, or errors with row and column; what could not be
carried over is listed. `table` and `xlsx` read cells, `columns` knows the header, `steps` puts rows together. The
columns are described in `resources/help/trainers.md`.
"""

from app.scripts.spreadsheet.imported import About, Imported, import_script
from app.scripts.spreadsheet.table import Found, column_letter

__all__ = ["About", "Found", "Imported", "column_letter", "import_script"]
