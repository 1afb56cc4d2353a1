"""Call sources: what a phone says becomes normalised call events, and from those comes who to pop and when.

May import `app.domain`, `app.desk.ports` (types), the standard library, and msgspec where JSON of others is read. Never
decides anything about accounts, scripts or offers, never records, never touches the screen.
"""
