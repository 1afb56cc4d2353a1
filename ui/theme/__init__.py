"""How everything looks: colours, measures, fonts and the one style sheet, made of constants only.

May import PySide6. Never takes a text from outside into a style sheet, and knows no widget of ours.
"""
