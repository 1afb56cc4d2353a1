"""Accounts in by the file: an operator's export, read by a map, becomes accounts, in chunks that are each taken once.

Reading (`mapping`, `table`, `values`, `phones`, `rows`) knows no database; taking (`tables`, `imports`, `merging`,
`removal`) knows no file. Imports the domain and the hub's store; never logs or keeps what a row said that was bad.
"""
