"""Mutation testing of the money: each small change of its code must break a test.

``make mutants``. Why our own: ``docs/dependencies.md``.
"""
