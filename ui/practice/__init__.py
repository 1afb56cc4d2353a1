"""Practice on the screen: the band over a practised call, the choice of script and caller, and the page afterwards.

May import ui.widgets, ui.theme and app.practice.view; knows no other room of the window, and decides nothing.
"""
