"""Between agents and their leads: messages with receipts, questions out of a call with their answers.

May import the hub's store, tables, people, pushes and errors, never its routes. What is told here is kept for a week;
it counts for nothing (the agents' desks record `lead.asked` and `lead.answered`), and no customer's name is in it.
"""
