"""Practice: a simulated caller for the real desk, and what the trainee missed, compared with the best path.

May import app.desk, app.scripts, app.offers, app.domain, the simulated phone and the CRM contract; never app.cache or
app.hub: what is practised is kept in memory and goes nowhere.
"""
