"""What phone systems post over HTTP when a call moves on, checked for who sent it and made into call events.

Pure: a request in, events out; may import `app.domain`, `app.telephony` and msgspec. Never opens a socket, keeps
nothing between two requests (whoever receives them does), never says in an error what was sent.
"""
