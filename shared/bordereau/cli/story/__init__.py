"""Stories: rules of the trade as dated events with exact figures (``docs/stories.md``).

``reader`` checks a file against the format, ``player`` plays it through the production services
on in-memory ports, ``figures`` answers what is asked, ``command`` is the command line.
"""
