"""Outside referees: other programs and an independent checker agree with the books to the cent."""
