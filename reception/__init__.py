"""Where the rooms meet: facts are gathered from each before a turn, and its news handed to each afterwards.

Used by webhooks.py (a request of the carrier) and worker.py (what goes on without one). Works inside an open transaction; everything
here is committed with the answer that it belongs to.
"""
