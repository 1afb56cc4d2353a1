"""What changed between two versions of a script or a library, told as it changes the call.

"step smaller_plan lost answer 9", not "line 61 deleted": comments, empty lines and the order of the steps in the file
make no difference. Takes parsed scripts and assembled libraries; does no I/O, and never checks whether they are right.
"""

from app.scripts.difference.library import differences
from app.scripts.difference.told import Difference, Side

__all__ = ["Difference", "Side", "differences"]
