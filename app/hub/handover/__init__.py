"""What an agent who transfers a call hands to the next one: kept for a day, found by the ids of the call.

May import the hub's store, push, audit and the phones' tables. Never looks into what is handed over, never records an
event, and keeps no telephone number: only a keyed hash of it, to find a call by whose phone knows no ids.
"""
