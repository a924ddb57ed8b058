"""A small factoring firm's month, January 2026: what arrives, what people type, what the bank says.

``script`` is the month as data and pure functions. A ``World`` lives it: the local cloud
(``cloud_world``) or the twins in memory (``memory_world``).
"""
