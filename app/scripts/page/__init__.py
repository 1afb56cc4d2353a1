"""A whole script as one page to print or to send round for approval: HTML that stands by itself.

Takes a parsed script, and the library for its offers and disclosures; gives HTML text; does no I/O. Every text goes
through `markup`, so that nothing a script says can become markup.
"""

from app.scripts.page.document import script_page

__all__ = ["script_page"]
