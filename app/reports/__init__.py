"""What events add up to: calls, extends, accepts, rates with their intervals, and their renderings.

The same code counts in the hub (the team's report) and on the desktop (My day). Imports `app.domain` only. Takes and
returns values and bytes; never reads a file, a database, a clock or the network.
"""
