"""Pure factoring: values in, values out.

No clock, no network, no environment, no third-party import; ``today`` is always an argument.
The rules are those of a French factor (``docs/money.md`` shows each formula with its source).
"""
