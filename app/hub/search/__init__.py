"""Finding an account by what the caller says of himself: words of the name, the account number, a phone number.

May import the hub's store, accounts and schema. Tells masked accounts only, and never keeps what was searched for.
"""
