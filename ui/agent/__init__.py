"""The agent's room: top bar, who is calling, what to say, the offer, notes; also ready, signed out and wrap-up.

May import PySide6, `ui.widgets`, `ui.theme`, `ui.keys` and the values of `app.desk`. Decides nothing: what a digit
means, what is allowed and what is recorded is the desk's.
"""
